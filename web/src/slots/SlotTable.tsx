import { Anchor, Group, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { $api } from "../api/client";
import { CopyButton } from "../ui/CopyButton";
import type { Slot } from "./draft";
import { LastResult } from "./LastResult";
import { SlotActions } from "./SlotActions";
import { SlotStateBadge } from "./SlotStateBadge";
import { Success } from "./Success";

export function SlotTable({ slots }: { slots: readonly Slot[] }) {
  const { t } = useTranslation("slots");
  return (
    <Table verticalSpacing="sm" highlightOnHover aria-label={t("common:nav.slots")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("column.last")}</Table.Th>
          <Table.Th>{t("field.name")}</Table.Th>
          <Table.Th>{t("column.does")}</Table.Th>
          <Table.Th>{t("column.state")}</Table.Th>
          <Table.Th>{t("column.success")}</Table.Th>
          <Table.Th>{t("ingestLink")}</Table.Th>
          <Table.Th>{t("column.actions")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {slots.map((slot) => (
          <Table.Tr key={slot.id}>
            <Table.Td w={84}>
              <LastResult slotId={slot.id} />
            </Table.Td>
            <Table.Td style={{ overflowWrap: "anywhere" }}>
              <Anchor component={Link} to={`/slots/${slot.id}`} fw={600}>
                {slot.name}
              </Anchor>
              <Text size="sm" c="dimmed">
                {slot.id}
              </Text>
            </Table.Td>
            <Table.Td>
              <Does slot={slot} />
            </Table.Td>
            <Table.Td>
              <SlotStateBadge state={slot.state} />
            </Table.Td>
            <Table.Td>
              <Success slotId={slot.id} />
            </Table.Td>
            <Table.Td>
              <Group gap={4} wrap="nowrap">
                <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                  {slot.ingest_url}
                </Text>
                <CopyButton value={slot.ingest_url} label={t("linkOf", { name: slot.name })} />
              </Group>
            </Table.Td>
            <Table.Td>
              <SlotActions slot={slot} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Which provider does what, and how many stand by. */
export function Does({ slot }: { slot: Slot }) {
  const { t } = useTranslation("slots");
  const providers = $api.useQuery("get", "/api/v1/providers");
  const provider = providers.data?.items.find(({ manifest }) => manifest.name === slot.provider)?.manifest.title ?? slot.provider;
  return (
    <Stack gap={0}>
      <Text>{t("does", { operation: t(`common:operation.${slot.operation}`), provider })}</Text>
      {slot.fallbacks.length > 0 && (
        <Text size="sm" c="dimmed">
          {t("withFallbacks", { count: slot.fallbacks.length })}
        </Text>
      )}
    </Stack>
  );
}
