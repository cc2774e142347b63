import { Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import { RANGES } from "../draft";
import { freeId, slug } from "../slug";
import { useFault, useSlotForm } from "./form";
import { Section } from "./Section";

/** Name, the id that is made of it, and whether booths may send. */
export function BasicsSection() {
  const { t } = useTranslation("slots");
  const { draft, change, isNew } = useSlotForm();
  const [nameFault, idFault] = [useFault("/name"), useFault("/id")];
  const slots = $api.useQuery("get", "/api/v1/slots", {}, { enabled: isNew });
  const taken = new Set(slots.data?.items.map(({ id }) => id));
  const suggested = (name: string) => freeId(slug(name), taken);
  const rename = (name: string) =>
    change((now) => (isNew && (now.id === "" || now.id === suggested(now.name)) ? { name, id: suggested(name) } : { name }));
  return (
    <Section title={t("section.basics")}>
      <TextInput label={t("field.name")} required maxLength={RANGES.name.max} error={nameFault} value={draft.name} onChange={(event) => rename(event.currentTarget.value)} />
      {isNew && (
        <TextInput label={t("field.id")} description={t("help.id")} required maxLength={64} error={idFault} autoCapitalize="none" spellCheck={false} value={draft.id}
          onChange={(event) => change({ id: event.currentTarget.value })} />
      )}
      <Switch label={t("field.is_active")} description={t("help.is_active")} checked={draft.is_active} onChange={(event) => change({ is_active: event.currentTarget.checked })} />
    </Section>
  );
}
