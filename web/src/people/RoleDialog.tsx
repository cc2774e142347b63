import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Role } from "../api/schema";
import { RoleChoice } from "./RoleChoice";

interface Props {
  opened: boolean;
  login: string;
  current: Role;
  onClose: () => void;
  onChosen: (role: Role) => void;
}

export function RoleDialog({ opened, login, current, onClose, onChosen }: Props) {
  const { t } = useTranslation("people");
  const [role, setRole] = useState(current);
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={t("users.roleOf", { login })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack>
        <RoleChoice label={t("role")} value={role} onChange={setRole} />
        <Text>{t("users.roleText")}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button disabled={role === current} onClick={() => onChosen(role)}>
            {t("users.changeRole")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
