import { Alert, Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/schema";
import { Moment } from "../../ui/Moment";
import { RoundReport } from "./RoundReport";

type Run = Schemas["RunShown"];

const COLORS: Record<Run["state"], string> = { waiting: "blue", running: "blue", done: "green", lost: "red" };
/** How far it is, as far as anybody knows. */
const SHARE: Record<Run["state"], number> = { waiting: 15, running: 60, done: 100, lost: 100 };

/** The round that somebody asked for: how far it is, and what it did or would have done. */
export function JanitorRun({ run: { state, is_dry_run, asked_by, asked_at, report } }: { run: Run }) {
  const { t } = useTranslation("operations");
  return (
    <Alert color={COLORS[state]} title={t(is_dry_run ? "janitor.askedDry" : "janitor.asked")} aria-live="polite">
      <Stack gap="xs">
        <Text size="sm">
          {t(`janitor.state.${state}`)} {t("janitor.by", { by: asked_by })} <Moment at={asked_at} />
        </Text>
        {(state === "waiting" || state === "running") && <Progress value={SHARE[state]} animated aria-label={t(`janitor.state.${state}`)} />}
        {report && <RoundReport report={report} />}
      </Stack>
    </Alert>
  );
}
