import { SimpleGrid, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import { fromLocal, timeZone, toLocal } from "../moments";
import { RANGES } from "../draft";
import { useFault, useSlotForm } from "./form";
import { NumberField } from "./NumberField";
import { Section } from "./Section";

/** How long a booth waits, and when the slot takes photos at all. */
export function TimeSection() {
  const { t } = useTranslation("slots");
  const { draft, change } = useSlotForm();
  const settings = $api.useQuery("get", "/api/v1/settings");
  const usual = settings.data?.sync_response_seconds;
  const [opensFault, closesFault] = [useFault("/opens_at"), useFault("/closes_at")];
  return (
    <Section title={t("section.time")}>
      <NumberField pointer="/sync_response_seconds" label={t("field.sync_response_seconds")} description={t("help.sync_response_seconds", RANGES.sync_response_seconds)}
        {...(usual !== undefined && { placeholder: t("help.usual", { value: usual }) })} unit={t("unit.seconds")} value={draft.sync_response_seconds}
        onChange={(value) => change({ sync_response_seconds: value })} />
      <Switch label={t("field.refuse_without_time")} description={t("help.refuse_without_time")} checked={draft.refuse_without_time}
        onChange={(event) => change({ refuse_without_time: event.currentTarget.checked })} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput type="datetime-local" label={t("field.opens_at")} description={t("help.opens_at", { zone: timeZone() })} error={opensFault} value={toLocal(draft.opens_at)}
          onChange={(event) => change({ opens_at: fromLocal(event.currentTarget.value) })} />
        <TextInput type="datetime-local" label={t("field.closes_at")} description={t("help.closes_at", { zone: timeZone() })} error={closesFault} value={toLocal(draft.closes_at)}
          onChange={(event) => change({ closes_at: fromLocal(event.currentTarget.value) })} />
      </SimpleGrid>
    </Section>
  );
}
