import { Anchor, Group, List, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import { Listing } from "../ui/Listing";
import { Moment } from "../ui/Moment";
import { useReasonText } from "../ui/reasonText";
import { HourBars } from "./HourBars";
import type { Seen } from "./trafficLight";
import { EVENING_HOURS, useEvening } from "./useToday";

type Failure = Schemas["Failure"];
const LAST_ERRORS = 5;

/** The last hours: photos hour by hour, what failed and why. */
export function EveningSection({ seen }: { seen: Seen }) {
  const { t } = useTranslation("today");
  const asked = useEvening();
  return (
    <section aria-labelledby="evening">
      <Title order={2} size="h3" mb="xs" id="evening">
        {t("evening.title", { count: EVENING_HOURS })}
      </Title>
      <Listing asked={asked} skeleton={<Skeleton height={240} />}>
        {({ since, sums, points }) => (
          <Stack gap="xs">
            <Paper withBorder p="md">
              <HourBars points={points} />
            </Paper>
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xs">
              <ByReason failures={sums.failures} since={since} />
              <LastErrors failures={sums.failures} seen={seen} />
            </SimpleGrid>
          </Stack>
        )}
      </Listing>
    </section>
  );
}

function ByReason({ failures, since }: { failures: readonly Failure[]; since: string }) {
  const { t } = useTranslation("today");
  const formats = useFormats();
  const reasons = useReasonText();
  const counts = new Map<Failure["reason"], number>();
  for (const { reason, count } of failures) counts.set(reason, (counts.get(reason) ?? 0) + count);
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  return (
    <Paper withBorder p="md">
      <Title order={3} size="h4" mb="xs">
        {t("evening.byReason")}
      </Title>
      {sorted.length === 0 && <Text>{t("evening.noFailures")}</Text>}
      <List listStyleType="none">
        {sorted.map(([reason, count]) => (
          <List.Item key={reason} styles={{ itemWrapper: { display: "block" }, itemLabel: { display: "block" } }}>
            <Group justify="space-between" wrap="nowrap" mih={44}>
              <Anchor component={Link} to={`/jobs?${new URLSearchParams({ reason, since }).toString()}`}>
                {reasons.name(reason)}
              </Anchor>
              <Text fw={700} className="number">
                {formats.number(count)}
              </Text>
            </Group>
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}

function LastErrors({ failures, seen }: { failures: readonly Failure[]; seen: Seen }) {
  const { t } = useTranslation("today");
  const reasons = useReasonText();
  const nameOf = (id: string) => seen.slots.find((slot) => slot.id === id)?.name ?? id;
  return (
    <Paper withBorder p="md">
      <Title order={3} size="h4" mb="xs">
        {t("evening.lastErrors")}
      </Title>
      {failures.length === 0 && <Text>{t("evening.noErrors")}</Text>}
      <Stack gap="sm">
        {failures.slice(0, LAST_ERRORS).map(({ job_id: jobId, slot_id: slotId, reason, detail, last_at: lastAt }) => (
          <div key={jobId} style={{ overflowWrap: "anywhere" }}>
            <Anchor component={Link} to={`/jobs/${jobId}`}>
              {nameOf(slotId)}: {reasons.name(reason)}
            </Anchor>
            <Text size="sm">
              <Moment at={lastAt} />
              {detail && reason !== "timeout" && ` · ${detail.slice(0, 160)}`}
            </Text>
          </div>
        ))}
      </Stack>
    </Paper>
  );
}
