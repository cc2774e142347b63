import { Button, Group, Stack, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import { useMay } from "../../session/session";
import { useFormats } from "../../ui/format";
import { useReasonText } from "../../ui/reasonText";
import { PhotoChoice } from "./PhotoChoice";
import type { TrialSettings } from "./trialRequest";
import { Tries } from "./Tries";
import { TrialEnding } from "./TrialEnding";
import { TrialProgress } from "./TrialProgress";
import { useVisit, type Try } from "./visit";

interface Props {
  /** Null: the slot is not saved yet. */
  slotId: string | null;
  /** As they stand in the editor, saved or not. */
  settings: TrialSettings;
}

/** The platform's usual window, until its settings are known. */
const USUAL_WINDOW_SECONDS = 48;

/** Runs a photo through settings that need not be saved, and shows what became of it. */
export function TestRun({ slotId, settings }: Props) {
  const { t } = useTranslation("trial");
  const isAdmin = useMay("admin");
  const [visit, { photo, running, tries, shown }] = useVisit(slotId);
  const { data: platform } = $api.useQuery("get", "/api/v1/settings");
  const windowSeconds = settings.sync_response_seconds ?? platform?.sync_response_seconds ?? USUAL_WINDOW_SECONDS;
  const announcement = useAnnouncement(tries[0]);
  if (!isAdmin) return <Text>{t("adminsOnly")}</Text>;

  const one = tries.find(({ number }) => number === shown);
  return (
    <Stack gap="md">
      <PhotoChoice photo={photo} onChoose={(chosen) => visit.choose(chosen)} isBusy={running !== null} />
      {running ? (
        <TrialProgress startedAt={running.startedAt} windowSeconds={running.windowSeconds} onCancel={() => visit.cancel()} />
      ) : (
        <Group gap="sm">
          <Button leftSection={<IconPlayerPlay aria-hidden />} disabled={!photo} onClick={() => void visit.run(settings, windowSeconds)}>
            {t("run")}
          </Button>
          <Text size="sm" c="dimmed" flex="1 1 220px">
            {t(photo ? "runNote" : "chooseFirst")}
          </Text>
        </Group>
      )}
      <Text aria-live="polite" size="sm">
        {running ? "" : announcement}
      </Text>
      {one && !running && <TrialEnding key={one.number} one={one} settings={settings} onRepeat={() => void visit.repeat(one, windowSeconds)} />}
      <Tries tries={tries} shown={shown} onShow={(number) => visit.show(number)} />
    </Stack>
  );
}

/** How the newest try ended, in one sentence, for who cannot see it. */
function useAnnouncement(newest: Try | undefined): string {
  const { t } = useTranslation("trial");
  const formats = useFormats();
  const reasonText = useReasonText();
  if (!newest) return "";
  const { ending, tookMs } = newest;
  if (ending.kind !== "report") return t(`end.${ending.kind}`);
  const { failure_reason } = ending.report;
  return failure_reason ? t("end.failed", { reason: reasonText.name(failure_reason) }) : t("end.done", { duration: formats.duration(tookMs) });
}
