import { Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconKey, IconTrash, IconUserCheck, IconUserOff, IconUserShield } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import type { Role, Schemas } from "../api/schema";
import { useConfirm } from "../ui/confirm";
import { useNotify } from "../ui/notify";
import { RoleDialog } from "./RoleDialog";

interface Props {
  user: Schemas["UserShown"];
  onChanged: () => void;
  onOneTimePassword: (user: Schemas["UserWithPassword"]) => void;
}

/** What an administrator may do to somebody else. */
export function UserActions({ user, onChanged, onOneTimePassword }: Props) {
  const { t } = useTranslation("people");
  const actions = useUserActions(user, onChanged, onOneTimePassword);
  const [isChoosing, { open, close }] = useDisclosure();
  const changeRole = (role: Role) => {
    close();
    actions.changeRole(role);
  };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown aria-hidden size={18} />} loading={actions.isBusy} aria-label={t("users.actionsOf", { login: user.login })}>
            {t("users.actions")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item mih={44} leftSection={<IconUserShield aria-hidden />} onClick={open}>
            {t("users.changeRole")}
          </Menu.Item>
          <Menu.Item mih={44} leftSection={<IconKey aria-hidden />} onClick={() => void actions.giveOneTimePassword()}>
            {t("users.givePassword")}
          </Menu.Item>
          {user.is_active ? (
            <Menu.Item mih={44} leftSection={<IconUserOff aria-hidden />} onClick={() => void actions.disable()}>
              {t("users.disable")}
            </Menu.Item>
          ) : (
            <Menu.Item mih={44} leftSection={<IconUserCheck aria-hidden />} onClick={actions.enable}>
              {t("users.enable")}
            </Menu.Item>
          )}
          <Menu.Item mih={44} leftSection={<IconTrash aria-hidden />} onClick={() => void actions.remove()}>
            {t("common:delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RoleDialog opened={isChoosing} login={user.login} current={user.role} onClose={close} onChosen={changeRole} />
    </>
  );
}

function useUserActions(user: Props["user"], onChanged: Props["onChanged"], onOneTimePassword: Props["onOneTimePassword"]) {
  const { t } = useTranslation("people");
  const confirm = useConfirm();
  const notify = useNotify();
  const { login } = user;
  const params = { path: { login }, header: { "If-Match": `"${user.version}"` } };
  const onError = (error: unknown) => {
    notify.failed(error);
    onChanged();
  };
  const changing = $api.useMutation("patch", "/api/v1/users/{login}", { onSuccess: onChanged, onError });
  const removing = $api.useMutation("delete", "/api/v1/users/{login}", { onSuccess: onChanged, onError });
  const giving = $api.useMutation("post", "/api/v1/users/{login}/one-time-password", { onSuccess: onOneTimePassword, onError });
  const change = (changes: Schemas["UserChange"], done: string) =>
    changing.mutate({ params, body: changes }, { onSuccess: () => notify.done(done) });
  return {
    isBusy: changing.isPending || removing.isPending || giving.isPending,
    changeRole: (role: Role) => change({ role }, t("users.roleChanged", { login, role: t(`common:role.${role}`) })),
    enable: () => change({ is_active: true }, t("users.enabled", { login })),
    disable: async () => {
      const isSure = await confirm({ title: t("users.disableTitle", { login }), text: t("users.disableText"), action: t("users.disable") });
      if (isSure) change({ is_active: false }, t("users.disabled", { login }));
    },
    giveOneTimePassword: async () => {
      const isSure = await confirm({ title: t("users.giveTitle", { login }), text: t("users.giveText"), action: t("users.givePassword") });
      if (isSure) giving.mutate({ params });
    },
    remove: async () => {
      const isSure = await confirm({ title: t("users.deleteTitle", { login }), text: t("users.deleteText"), action: t("common:delete") });
      if (isSure) removing.mutate({ params }, { onSuccess: () => notify.done(t("users.deleted", { login })) });
    },
  };
}
