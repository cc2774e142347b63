import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { CopyButton } from "../ui/CopyButton";

/** The one time that a slot's new password is shown: it is stored in a form that cannot be read back. */
export function SavedPassword({ password, onClose }: { password: string; onClose: () => void }) {
  const { t } = useTranslation("slots");
  return (
    <Modal opened onClose={onClose} title={t("password.saved")} closeButtonProps={{ "aria-label": t("common:close") }} closeOnClickOutside={false}>
      <Stack>
        <Text>{t("password.savedText")}</Text>
        <Group gap="xs">
          <Text ff="monospace" size="xl" style={{ overflowWrap: "anywhere" }}>
            {password}
          </Text>
          <CopyButton value={password} label={t("password.what")} />
        </Group>
        <Button onClick={onClose} data-autofocus>
          {t("password.noted")}
        </Button>
      </Stack>
    </Modal>
  );
}
