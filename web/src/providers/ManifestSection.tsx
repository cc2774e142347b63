import { Code, Group, List, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import type { Provider } from "./health";
import { Section } from "./Section";

/** What the provider can do and takes, as its service tells it. */
export function ManifestSection({ provider: { manifest, models } }: { provider: Provider }) {
  const { t } = useTranslation("providers");
  const formats = useFormats();
  const types = manifest.input_types.map((type) => type.replace("image/", "").toUpperCase());
  return (
    <Section title={t("section.manifest")}>
      {Object.entries(manifest.operations).map(([operation, told]) => (
        <OperationShown key={operation} operation={operation} told={told} />
      ))}
      <List size="sm">
        <List.Item>{t("manifest.types", { types: types.join(", ") })}</List.Item>
        {manifest.max_input_side && <List.Item>{t("manifest.side", { pixels: formats.number(manifest.max_input_side) })}</List.Item>}
        {manifest.max_request_bytes && <List.Item>{t("manifest.request", { size: formats.size(manifest.max_request_bytes) })}</List.Item>}
        <List.Item>{t("manifest.zone", { zone: manifest.time_zone })}</List.Item>
        <List.Item>{t("manifest.version", { version: manifest.version })}</List.Item>
      </List>
      <Models models={models} />
    </Section>
  );
}

function OperationShown({ operation, told }: { operation: string; told: Schemas["OperationManifest"] }) {
  const { t } = useTranslation("providers");
  const roles = (told.template_roles ?? []).map(({ role, is_required, max_count = 1 }) =>
    t(is_required ? "manifest.roleRequired" : "manifest.role", { role: t(`common:templateRole.${role}`, { defaultValue: role }), count: max_count }),
  );
  const { properties } = told.params_schema;
  const params = typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
  return (
    <Stack gap={4}>
      <Title order={3} size="h5">
        {t(`common:operation.${operation}`, { defaultValue: operation })}
      </Title>
      <Text size="sm">{roles.length > 0 ? t("manifest.roles", { roles: roles.join(", ") }) : t("manifest.noRoles")}</Text>
      <Group gap={4}>
        <Text size="sm">{t("manifest.params")}</Text>
        {params.map((param) => (
          <Code key={param}>{param}</Code>
        ))}
      </Group>
    </Stack>
  );
}

function Models({ models }: { models: Provider["models"] }) {
  const { t } = useTranslation("providers");
  const formats = useFormats();
  if (!models) return <Text size="sm">{t("models.none")}</Text>;
  return (
    <Stack gap={4}>
      <Title order={3} size="h5">
        {t("models.title", { count: models.listed.length })}
      </Title>
      <Text size="sm" c="dimmed">
        {t("models.checked", { time: formats.moment(models.checked_at) })}
      </Text>
      <details>
        <Text component="summary" size="sm" style={{ cursor: "pointer", minHeight: 44, alignContent: "center" }}>
          {t("models.all")}
        </Text>
        <Group gap={4}>
          {models.listed.map((model) => (
            <Code key={model}>{model}</Code>
          ))}
        </Group>
      </details>
    </Stack>
  );
}
