import { Badge, Group, List, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useFaultText } from "../ui/faultText";

const COLORS = { create: "green", change: "blue", unchanged: "gray", skip: "gray", refuse: "red", invalid: "red" } as const;

/** What an import would do to each slot, and which pictures it would bring. */
export function ImportPlan({ plan }: { plan: Schemas["ImportReport"] }) {
  const { t } = useTranslation("slots");
  const faultText = useFaultText();
  const uploads = plan.pictures.filter(({ action }) => action === "upload").length;
  return (
    <Stack gap="xs" aria-live="polite">
      <Text fw={600}>{t("import.would")}</Text>
      {plan.slots.map((slot) => (
        <Paper key={slot.file_id + slot.id} withBorder p="xs">
          <Group gap="xs">
            <Badge color={COLORS[slot.action]} variant="light" autoContrast>
              {t(`import.does.${slot.action}`)}
            </Badge>
            <Text style={{ overflowWrap: "anywhere" }}>{slot.id === slot.file_id ? slot.id : `${slot.file_id} → ${slot.id}`}</Text>
          </Group>
          {(slot.changes ?? []).length > 0 && (
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {t("import.changes", { fields: (slot.changes ?? []).map(({ pointer }) => pointer.slice(1)).join(", ") })}
            </Text>
          )}
          {slot.needs_password && <Text size="sm">{t("import.needsPassword")}</Text>}
          {(slot.errors ?? []).length > 0 && (
            <List size="sm">
              {(slot.errors ?? []).map((fault) => (
                <List.Item key={fault.pointer + fault.detail} c="red">
                  {fault.pointer}: {faultText(fault)}
                </List.Item>
              ))}
            </List>
          )}
        </Paper>
      ))}
      {uploads > 0 && <Text>{t("import.pictures", { count: uploads })}</Text>}
    </Stack>
  );
}
