import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Role } from "../api/schema";
import { may } from "../app/pages";

const ROLES: readonly Role[] = ["viewer", "operator", "admin"];

interface Props {
  label: string;
  value: Role;
  onChange: (role: Role) => void;
  /** No higher role can be chosen. */
  atMost?: Role;
}

/** The roles, each with what it may do. */
export function RoleChoice({ label, value, onChange, atMost = "admin" }: Props) {
  const { t } = useTranslation("people");
  return (
    <Radio.Group label={label} value={value} onChange={(chosen) => onChange(chosen as Role)}>
      <Stack gap="xs" mt="xs">
        {ROLES.filter((role) => may(atMost, role)).map((role) => (
          <Radio key={role} value={role} label={t(`common:role.${role}`)} description={t(`roleMay.${role}`)} size="md" />
        ))}
      </Stack>
    </Radio.Group>
  );
}
