import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import type { Schemas } from "../../api/schema";
import { RoleZone } from "../../templates/RoleZone";
import { TemplatePicture } from "../../templates/TemplatePicture";
import { useFaultText } from "../../ui/faultText";
import type { TemplateUse } from "../draft";
import { operationOf, useSlotForm } from "./form";
import { Section } from "./Section";

type Role = Schemas["TemplateRole"];

/** The pictures that the slot's operations take besides the guest's photo, by their roles. */
export function TemplatesSection() {
  const { t } = useTranslation("slots");
  const { draft, change, providers, faults, isReadOnly } = useSlotForm();
  const faultText = useFaultText();
  const templates = $api.useQuery("get", "/api/v1/template-media");
  const names = new Map(templates.data?.items.map(({ id, name }) => [id, name]));
  const roles = rolesOf([draft, ...draft.fallbacks].flatMap(({ provider, operation }) => operationOf(providers, provider, operation)?.template_roles ?? []));
  const extra = draft.template_media.filter((use) => !roles.has(use.role));
  const wrong = faults.filter(({ pointer }) => pointer.startsWith("/template_media"));
  const idsOf = (role: string, uses: readonly TemplateUse[]) => uses.filter((use) => use.role === role).map((use) => use.media_id);
  if (roles.size === 0 && extra.length === 0) return null;
  return (
    <Section title={t("section.templates")} text={t("section.templatesText")}>
      {wrong.length > 0 && (
        <Alert color="red" role="alert" data-fault="true" tabIndex={-1}>
          {wrong.map((fault) => (
            <Text key={fault.pointer + fault.code + fault.subject}>{faultText(fault)}</Text>
          ))}
        </Alert>
      )}
      {[...roles.values()].map((role) => (
        <RoleZone key={role.role} role={role} names={names} ids={idsOf(role.role, draft.template_media)} isReadOnly={isReadOnly}
          onChange={(update) =>
            change((now) => ({
              template_media: [...now.template_media.filter((use) => use.role !== role.role), ...update(idsOf(role.role, now.template_media)).map((media_id) => ({ role: role.role, media_id }))],
            }))
          } />
      ))}
      {extra.map((use) => (
        <Group key={`${use.role} ${use.media_id}`} gap="sm">
          <TemplatePicture id={use.media_id} alt={names.get(use.media_id) ?? use.media_id} size={64} />
          <Text style={{ flex: 1, minWidth: 180 }}>{t("unusedTemplate", { name: names.get(use.media_id) ?? use.media_id, role: t(`common:templateRole.${use.role}`, { defaultValue: use.role }) })}</Text>
          {!isReadOnly && (
            <Button variant="default" onClick={() => change((now) => ({ template_media: now.template_media.filter((one) => one !== use) }))}>
              {t("templates:remove")}
            </Button>
          )}
        </Group>
      ))}
    </Section>
  );
}

/** A role that several operations take is shown once: needed if one of them needs it, with the most pictures that one takes. */
function rolesOf(all: readonly Role[]): Map<string, Role> {
  const roles = new Map<string, Role>();
  for (const role of all) {
    const known = roles.get(role.role);
    const most = Math.max(known?.max_count ?? 1, role.max_count ?? 1);
    roles.set(role.role, { role: role.role, max_count: most, is_required: Boolean(known?.is_required) || Boolean(role.is_required) });
  }
  return roles;
}
