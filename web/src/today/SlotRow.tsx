import { Anchor, Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import type { Schemas } from "../api/schema";
import { useMay } from "../session/session";
import { useFormats } from "../ui/format";
import { switchOf } from "./providersNow";
import { titleOf, usePauseSlot, useSwitchOver } from "./slotChanges";
import { hasCounted, percentile, tookMs, type Seen } from "./trafficLight";
import { WRAPS } from "./wraps";

const STATES = { open: "green", disabled: "gray", not_yet_open: "blue", over: "gray" } as const;

/** One slot: its providers in their order, how its last photos did, pause and switch. */
export function SlotRow({ slot, seen }: { slot: Schemas["SlotShown"]; seen: Seen }) {
  const { t } = useTranslation("today");
  const formats = useFormats();
  const jobs = seen.jobs.filter((job) => job.slot_id === slot.id);
  const ended = jobs.filter(hasCounted);
  const done = ended.filter(({ status }) => status === "done");
  const providers = [slot.provider, ...slot.fallbacks.map(({ provider }) => provider)].map((name) => titleOf(name, seen)).join(" → ");
  const words = { done: formats.number(done.length), ended: formats.number(ended.length), usual: formats.duration(percentile(done.map(tookMs), 0.5)) };
  return (
    <Paper component="li" withBorder p="md" data-slot={slot.id}>
      <Group justify="space-between" gap="sm">
        <Stack gap={4} miw={0} style={{ overflowWrap: "anywhere", flex: "1 1 240px" }}>
          <Group gap="xs">
            <Anchor component={Link} to={`/slots/${slot.id}`} fw={700} fz="lg">
              {slot.name}
            </Anchor>
            {slot.state !== "open" && (
              <Badge color={STATES[slot.state]} variant="light" autoContrast>
                {t(`slots.state.${slot.state}`)}
              </Badge>
            )}
          </Group>
          <Text>{providers}</Text>
          <Text>{ended.length > 0 ? t("slots.lately", words) : t("slots.noPhotos")}</Text>
        </Stack>
        <Actions slot={slot} seen={seen} running={jobs.filter((job) => job.finalized_at === null).length} />
      </Group>
    </Paper>
  );
}

function Actions({ slot, seen, running }: { slot: Schemas["SlotShown"]; seen: Seen; running: number }) {
  const { t } = useTranslation("today");
  const { pause, resume } = usePauseSlot();
  const switchOver = useSwitchOver(seen);
  const isAdministrator = useMay("admin");
  const planned = switchOf(slot, seen);
  if (!isAdministrator) return null;
  if (!slot.is_active) {
    return (
      <Button {...WRAPS} onClick={() => void resume(slot)} aria-label={t("slots.resumeNamed", { name: slot.name })}>
        {t("slots.resume")}
      </Button>
    );
  }
  return (
    <Group gap="xs">
      {planned && (
        <Button {...WRAPS} variant="default" onClick={() => void switchOver(slot)} aria-label={t("slots.switchNamed", { name: slot.name, to: titleOf(planned.to, seen) })}>
          {t("slots.switch", { to: titleOf(planned.to, seen) })}
        </Button>
      )}
      <Button {...WRAPS} variant="default" onClick={() => void pause(slot, running)} aria-label={t("slots.pauseNamed", { name: slot.name })}>
        {t("slots.pause")}
      </Button>
    </Group>
  );
}
