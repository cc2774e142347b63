import { Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import type { Schemas } from "../../api/schema";
import { useFormats } from "../../ui/format";
import { Listing } from "../../ui/Listing";
import { RowsSkeleton } from "../../ui/Page";
import { useReasonText } from "../../ui/reasonText";
import { Waterfall } from "../../ui/Waterfall";
import { segmentsOf } from "../../ui/waterfallSegments";
import type { TrialReport } from "./trialRequest";

/** Where a test run's time went, by its job. */
export function TrialTiming({ report, tookMs }: { report: TrialReport; tookMs: number }) {
  const { t } = useTranslation("trial");
  const formats = useFormats();
  const reasonText = useReasonText();
  const asked = $api.useQuery("get", "/api/v1/jobs/{id}", { params: { path: { id: report.job_id } } });
  return (
    <div>
      <Title order={2} size="h5">
        {t("timing.title")}
      </Title>
      <Listing asked={asked} skeleton={<RowsSkeleton rows={5} height={30} />}>
        {(job) => {
          const totalMs = report.timing_ms["ms_total"] ?? tookMs;
          const segments = segmentsOf(answeredAt(job.waterfall, totalMs), reasonText.step);
          return <Waterfall segments={segments} totalMs={totalMs} limitMs={job.window_ms} label={t("timing.label")} />;
        }}
      </Listing>
      <Text size="sm" c="dimmed">
        {t("timing.here", { duration: formats.duration(tookMs) })}
      </Text>
    </div>
  );
}

/** The answer's end is not in the job: the report says when it was there. */
function answeredAt(steps: readonly Schemas["StepShown"][], totalMs: number): Schemas["StepShown"][] {
  return steps.map((step) => (step.kind === "answer" ? { ...step, ends_ms: Math.max(totalMs, step.starts_ms) } : step));
}
