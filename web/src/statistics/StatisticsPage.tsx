import { Button, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router-dom";

import { Empty } from "../ui/Empty";
import { useFormats } from "../ui/format";
import { Listing } from "../ui/Listing";
import { Page } from "../ui/Page";
import { CallsSection } from "./CallsSection";
import { CountsTable } from "./CountsTable";
import { FailuresTable } from "./FailuresTable";
import { QuotasTable } from "./QuotasTable";
import { Choices } from "./Choices";
import { Section } from "./Section";
import { scopeOf, timeSpanOf, type Scope } from "./timeSpan";
import { useNames, useStatistics, type Counted } from "./useStatistics";

/** Drawing comes in a file of its own, after the numbers. */
const Charts = lazy(() => import("./Charts"));

/** How slots and providers did within a time: charts, tables, failures, calls and their cost. */
export default function StatisticsPage() {
  // all texts at once, so that the page is not shown piece by piece
  const { t } = useTranslation(["statistics", "reasons", "providers"]);
  const [address, setAddress] = useSearchParams();
  const [span, scope] = [timeSpanOf(address), scopeOf(address)];
  const asked = useStatistics(span, scope);
  const csv = asked.data && `/api/v1/statistics/csv?${new URLSearchParams(asked.data.bounds).toString()}`;
  const actions = csv && (
    <Button component="a" href={csv} download variant="default" leftSection={<IconDownload aria-hidden />}>
      {t("csv")}
    </Button>
  );
  return (
    <Page title={t("common:nav.statistics")} actions={actions}>
      <Choices address={address} onChange={(changed) => setAddress(changed, { replace: true })} />
      <Listing asked={asked} skeleton={<StatisticsSkeleton />}>
        {(counted) => <Everything counted={counted} scope={scope} />}
      </Listing>
    </Page>
  );
}

function Everything({ counted: { sums, series, calls }, scope }: { counted: Counted; scope: Scope }) {
  const { t } = useTranslation("statistics");
  const formats = useFormats();
  const names = useNames();
  if (sums.slots.length === 0 && calls.providers.length === 0) {
    return (
      <Empty title={t("empty.title")} text={t("empty.text")}>
        <Button component={Link} to="/slots">
          {t("empty.action")}
        </Button>
      </Empty>
    );
  }
  const slots = scope.slotId ? sums.slots.filter(({ id }) => id === scope.slotId) : sums.slots;
  const providers = scope.provider ? sums.providers.filter(({ id }) => id === scope.provider) : sums.providers;
  return (
    <Stack gap="lg">
      <Text size="sm">{t("counted", { from: formats.moment(sums.counted_from), to: formats.moment(sums.counted_to) })}</Text>
      <Suspense fallback={<ChartsSkeleton />}>
        <Charts series={series} />
      </Suspense>
      {!scope.provider && (
        <Section title={t("slots.title")} note={t("slots.note")}>
          <CountsTable rows={slots} names={names.slots} label={t("slots.title")} linkOf={(id) => `/slots/${id}`} />
        </Section>
      )}
      {!scope.slotId && (
        <Section title={t("providers.title")} note={t("providers.note")}>
          <CountsTable rows={providers} names={names.providers} label={t("providers.title")} linkOf={(id) => `/providers/${id}`} />
        </Section>
      )}
      {!scope.provider && (
        <Section title={t("failures.title")} note={t("failures.note")}>
          <FailuresTable failures={sums.failures.filter(({ slot_id: id }) => !scope.slotId || id === scope.slotId)} names={names.slots} since={sums.counted_from} />
        </Section>
      )}
      <CallsSection calls={calls} scope={scope} names={names} />
      <Section title={t("quotas.title")} note={t("quotas.note")}>
        <QuotasTable scope={scope} names={names} />
      </Section>
    </Stack>
  );
}

function StatisticsSkeleton() {
  return (
    <Stack gap="lg">
      <ChartsSkeleton />
      <Skeleton height={280} />
      <Skeleton height={220} />
    </Stack>
  );
}

/** As high as the charts will be. */
function ChartsSkeleton() {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      {["photos", "times", "share"].map((chart) => (
        <Skeleton key={chart} height={380} />
      ))}
    </SimpleGrid>
  );
}
