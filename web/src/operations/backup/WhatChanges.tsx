import { Alert, List, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import type { Schemas } from "../../api/schema";
import { useFormats } from "../../ui/format";

/** In this order; what else a backup may have comes after them. */
const KINDS = ["slots", "slot_revisions", "templates", "users", "providers", "provider_keys", "provider_limits", "settings"];

/** What a checked backup would put in the place of what is set up now. */
export function WhatChanges({ restored: { made_at, rows, pictures, missing_pictures, is_own_key } }: { restored: Schemas["Restored"] }) {
  const { t } = useTranslation("operations");
  const formats = useFormats();
  const now = useWhatIsThere();
  const kinds = [...KINDS.filter((kind) => kind in rows), ...Object.keys(rows).filter((kind) => !KINDS.includes(kind))];
  return (
    <div aria-live="polite">
      <Text fw={600}>{t("restore.fits", { time: formats.moment(made_at) })}</Text>
      <Table maw={520} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("restore.what")}</Table.Th>
            <Table.Th ta="right">{t("restore.now")}</Table.Th>
            <Table.Th ta="right">{t("restore.then")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {kinds.map((kind) => (
            <Table.Tr key={kind}>
              <Table.Th scope="row">{t(`rows.${kind}`, { defaultValue: kind })}</Table.Th>
              <Table.Td ta="right">{now[kind] ?? "—"}</Table.Td>
              <Table.Td ta="right">{formats.number(rows[kind] ?? 0)}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Th scope="row">{t("rows.pictures")}</Table.Th>
            <Table.Td ta="right">{now["templates"] ?? "—"}</Table.Td>
            <Table.Td ta="right">{formats.number(pictures)}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      {missing_pictures.length > 0 && (
        <Alert color="orange" title={t("restore.missing", { count: missing_pictures.length })}>
          <List size="sm">
            {missing_pictures.map((name) => (
              <List.Item key={name}>{name}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {!is_own_key && <Alert color="orange">{t("restore.notOwnKey")}</Alert>}
    </div>
  );
}

/** Counts what is set up now, as far as the API lists it whole. */
function useWhatIsThere(): Record<string, string> {
  const formats = useFormats();
  const slots = $api.useQuery("get", "/api/v1/slots", {});
  const templates = $api.useQuery("get", "/api/v1/template-media", {});
  const providers = $api.useQuery("get", "/api/v1/providers", {});
  const counted = { slots: slots.data?.items.length, templates: templates.data?.items.length, providers: providers.data?.items.length };
  return Object.fromEntries(Object.entries(counted).flatMap(([kind, count]) => (count === undefined ? [] : [[kind, formats.number(count)]])));
}
