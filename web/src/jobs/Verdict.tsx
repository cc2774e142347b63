import { Alert, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconHourglass } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import { isStage, useReasonText } from "../ui/reasonText";
import { StatusBadge } from "../ui/StatusBadge";
import { knownMs } from "../ui/waterfallSegments";

type Job = Schemas["JobDetail"];

/** What became of the photo in plain words, and what to do about it. */
export function Verdict({ job }: { job: Job }) {
  const { t } = useTranslation("jobs");
  const formats = useFormats();
  const time = formats.duration(knownMs(job.waterfall));
  if (job.failure) return <Failed failure={job.failure} status={job.status} />;
  const isDone = job.status === "done";
  const what = isDone ? t(job.revoked_at ? "verdict.revoked" : "verdict.done", { time }) : t(`verdict.${job.status}`, { time });
  return (
    <Alert color={isDone ? "green" : "booth"} icon={isDone ? <IconCheck aria-hidden /> : <IconHourglass aria-hidden />}>
      <output aria-live="polite" style={{ display: "block" }}>
        <Group gap="xs">
          <StatusBadge status={job.status} />
          <Text fw={600}>{what}</Text>
        </Group>
      </output>
    </Alert>
  );
}

function Failed({ failure, status }: { failure: Schemas["FailureShown"]; status: string }) {
  const { t } = useTranslation("jobs");
  const reasons = useReasonText();
  const { reason, detail, code, http_status: httpStatus } = failure;
  return (
    <Alert color={status === "cancelled" ? "gray" : "red"} icon={<IconAlertTriangle aria-hidden />}>
      <output aria-live="polite" style={{ display: "block" }}>
        <Stack gap="xs" style={{ overflowWrap: "anywhere" }}>
          <Group gap="xs">
            <StatusBadge status={status} />
            <Text fw={700} fz="lg">
              {reasons.what(reason, detail)}
            </Text>
          </Group>
          <Text>{reasons.whatToDo(reason)}</Text>
          {detail && !isStage(detail) && <Text size="sm">{t("verdict.words", { detail })}</Text>}
          <Text size="sm">{t("verdict.booth", { status: httpStatus, code })}</Text>
        </Stack>
      </output>
    </Alert>
  );
}
