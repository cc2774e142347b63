import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

const SHOWN_MS = 30_000;

/** Says that something was done, with a button that takes it back. */
export function useUndo(): (message: string, undo: () => Promise<void>) => void {
  const { t } = useTranslation("today");
  const close = t("common:close");
  const label = t("undo");
  return (message, undo) => {
    const id = notifications.show({
      color: "teal",
      autoClose: SHOWN_MS,
      closeButtonProps: { "aria-label": close },
      message: (
        <Group justify="space-between" gap="xs">
          <Text>{message}</Text>
          <Button
            variant="default"
            onClick={() => {
              notifications.hide(id);
              void undo();
            }}
          >
            {label}
          </Button>
        </Group>
      ),
    });
  };
}
