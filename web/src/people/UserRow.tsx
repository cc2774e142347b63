import { Anchor, Badge, Group, Paper, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import type { Schemas } from "../api/schema";
import { useSession } from "../session/session";
import { UserActions } from "./UserActions";

interface Props {
  user: Schemas["UserShown"];
  /** There is no other administrator who can log in. */
  isLastAdministrator: boolean;
  onChanged: () => void;
  onOneTimePassword: (user: Schemas["UserWithPassword"]) => void;
}

export function UserRow({ user, isLastAdministrator, onChanged, onOneTimePassword }: Props) {
  const { t } = useTranslation("people");
  const isMe = useSession().login === user.login;
  return (
    <Paper withBorder p="sm" component="article" aria-label={user.login}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text fw={600} style={{ overflowWrap: "anywhere" }}>
            {user.login}
          </Text>
          <Badge variant="light" autoContrast>
            {t(`common:role.${user.role}`)}
          </Badge>
          {!user.is_active && <Badge color="gray" variant="dot">{t("users.isDisabled")}</Badge>}
          {user.must_change_password && (
            <Badge color="orange" variant="dot">
              {t("users.mustChange")}
            </Badge>
          )}
        </Group>
        {!isMe && <UserActions user={user} onChanged={onChanged} onOneTimePassword={onOneTimePassword} />}
      </Group>
      {isMe && (
        <Text size="sm" mt={4}>
          {t(isLastAdministrator ? "users.meAlone" : "users.me")}{" "}
          <Anchor component={Link} to="/account">
            {t("users.myPassword")}
          </Anchor>
        </Text>
      )}
    </Paper>
  );
}
