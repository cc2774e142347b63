import { SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";

import { Failure } from "../ui/Failure";
import { LiveBadge } from "../ui/LiveBadge";
import { Page } from "../ui/Page";
import { EveningSection } from "./EveningSection";
import { FirstSteps } from "./FirstSteps";
import { NowFigures } from "./NowFigures";
import { OtherFindings } from "./OtherFindings";
import { ProvidersSection } from "./ProvidersSection";
import { SlotsSection } from "./SlotsSection";
import { findingsOf, type Seen } from "./trafficLight";
import { TrafficLight } from "./TrafficLight";
import { useSeen } from "./useToday";

/** The start page, drawn bit by bit so that a slow phone answers meanwhile: whether the evening goes well, and what to do when it does not. */
export default function TodayPage() {
  // all texts at once, so that the page is not shown piece by piece
  const { t } = useTranslation(["today", "reasons", "providers"]);
  const { seen: newest, isFirstVisit, error, refetch } = useSeen();
  const seen = useDeferredValue(newest);
  return (
    <Page title={t("common:nav.today")} actions={<LiveBadge />}>
      {seen ? isFirstVisit ? <FirstSteps slots={seen.slots} /> : <Evening seen={seen} /> : error ? <Failure error={error} onRetry={refetch} /> : <TodaySkeleton />}
    </Page>
  );
}

function Evening({ seen }: { seen: Seen }) {
  const [worst, ...others] = findingsOf(seen);
  // what is further down comes after what is above
  const isRestThere = useDeferredValue(true, false);
  return (
    <Stack gap="lg">
      <TrafficLight finding={worst} seen={seen} />
      {others.length > 0 && <OtherFindings findings={others} seen={seen} />}
      <NowFigures jobs={seen.jobs} />
      {isRestThere && (
        <>
          <SlotsSection seen={seen} />
          <EveningSection seen={seen} />
          <ProvidersSection seen={seen} />
        </>
      )}
    </Stack>
  );
}

function TodaySkeleton() {
  return (
    <Stack gap="lg" aria-busy>
      <Skeleton height={190} />
      <SimpleGrid cols={{ base: 2, md: 5 }}>
        {["work", "photos", "share", "half", "most"].map((figure) => (
          <Skeleton key={figure} height={96} />
        ))}
      </SimpleGrid>
      <Skeleton height={320} />
    </Stack>
  );
}
