import { Button, Stack, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { SlotRow } from "./SlotRow";
import { findingsOf, type Seen } from "./trafficLight";

/** So many are shown at first, more only if they need somebody. */
const FEW = 6;

/** The slots that take photos or are paused, those with trouble or photos first, with what can be done from here. */
export function SlotsSection({ seen }: { seen: Seen }) {
  const { t } = useTranslation("today");
  const [areAllShown, setAreAllShown] = useState(false);
  const troubled = new Set(findingsOf(seen).map(({ slotId }) => slotId));
  const busy = new Set(seen.jobs.map((job) => job.slot_id));
  const weight = (id: string) => (troubled.has(id) ? 0 : busy.has(id) ? 1 : 2);
  const slots = seen.slots.toSorted((a, b) => weight(a.id) - weight(b.id) || a.name.localeCompare(b.name));
  const shown = areAllShown ? slots : slots.slice(0, Math.max(FEW, troubled.size));
  if (slots.length === 0) return null;
  return (
    <section aria-labelledby="slots-now">
      <Title order={2} size="h3" mb="xs" id="slots-now">
        {t("slots.title")}
      </Title>
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {shown.map((slot) => (
          <SlotRow key={slot.id} slot={slot} seen={seen} />
        ))}
      </Stack>
      {shown.length < slots.length && (
        <Button mt="xs" variant="default" onClick={() => setAreAllShown(true)}>
          {t("slots.all", { count: slots.length })}
        </Button>
      )}
    </section>
  );
}
