import { Badge, Checkbox, Group, Paper, Stack, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/schema";
import { Moment } from "../../ui/Moment";
import { OUTLOOK_COLORS } from "./outlooks";

interface Props {
  letter: Schemas["LetterShown"];
  isSelected: boolean;
  onSelect: () => void;
  onOpen: () => void;
}

/** One dead letter in the list: why it died, where, when, and what a replay would do now. */
export function LetterRow({ letter: { id, reason, queue, received_at, outlook, outlook_detail, job_id }, isSelected, onSelect, onOpen }: Props) {
  const { t } = useTranslation("operations");
  const what = t(`reason.${reason}.what`, { defaultValue: reason });
  return (
    <Paper withBorder p="xs" component="li">
      <Group wrap="nowrap" align="flex-start" gap="xs">
        <Checkbox size="md" checked={isSelected} onChange={onSelect} aria-label={t("letters.select", { id: id.slice(0, 8) })} p={10} />
        <UnstyledButton onClick={onOpen} style={{ flex: 1, minHeight: 44, minWidth: 0 }}>
          <Stack gap={4}>
            <Text component="span" fw={600}>
              {what}
            </Text>
            <Text component="span" size="sm" style={{ overflowWrap: "anywhere" }}>
              <Moment at={received_at} /> · {queue}
              {job_id && ` · ${t("letters.photo", { id: job_id.slice(0, 8) })}`}
            </Text>
            <Badge component="span" color={OUTLOOK_COLORS[outlook]} variant="light" autoContrast tt="none">
              {t(`outlook.${outlook}`, { defaultValue: outlook_detail })}
            </Badge>
          </Stack>
        </UnstyledButton>
      </Group>
    </Paper>
  );
}
