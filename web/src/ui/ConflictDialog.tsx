import { Button, Group, Modal, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export interface ConflictRow {
  name: string;
  label: string;
  theirs: string;
  mine: string;
}

interface Props {
  opened: boolean;
  /** The fields in which both differ. */
  rows: readonly ConflictRow[];
  /** Saves mine over theirs. */
  onKeepMine: () => void;
  /** Drops mine and shows theirs. */
  onTakeTheirs: () => void;
  /** Back to the form, with everything typed into it. */
  onClose: () => void;
}

/** Somebody else saved first: what is there now beside what was typed, and whose stays. */
export function ConflictDialog({ opened, rows, onKeepMine, onTakeTheirs, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={t("both.title")} closeButtonProps={{ "aria-label": t("close") }}>
      <Stack>
        <Text>{t("both.text")}</Text>
        {rows.map(({ name, label, theirs, mine }) => (
          <Stack key={name} gap={4}>
            <Text fw={600}>{label}</Text>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
              <Side title={t("both.theirs")} text={theirs} />
              <Side title={t("both.mine")} text={mine} />
            </SimpleGrid>
          </Stack>
        ))}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onTakeTheirs}>
            {t("both.takeTheirs")}
          </Button>
          <Button onClick={onKeepMine}>{t("both.keepMine")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Side({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {title}
      </Text>
      <Text className="number" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {text}
      </Text>
    </div>
  );
}
