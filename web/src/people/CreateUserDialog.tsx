import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { asProblem } from "../api/problem";
import type { Role, Schemas } from "../api/schema";
import { Failure } from "../ui/Failure";
import { RoleChoice } from "./RoleChoice";
import { useIdempotencyKey } from "./useIdempotencyKey";

/** As the API takes it. */
const LOGIN = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: (user: Schemas["UserWithPassword"]) => void;
}

/** A new user gets a one-time password, which is shown once. */
export function CreateUserDialog({ opened, onClose, onMade }: Props) {
  const { t } = useTranslation("people");
  const [login, setLogin] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const key = useIdempotencyKey();
  const creating = $api.useMutation("post", "/api/v1/users", {
    onSuccess: (user) => {
      close();
      onMade(user);
    },
    onError: key.onError,
  });
  const isTaken = creating.error !== null && asProblem(creating.error).code === "conflict";
  const isWrong = login !== "" && !LOGIN.test(login);

  function close(): void {
    setLogin("");
    key.renew();
    creating.reset();
    onClose();
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isWrong) creating.mutate({ params: { header: key.header() }, body: { login, role } });
  };
  return (
    <Modal opened={opened} onClose={close} size="lg" title={t("users.create")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput data-autofocus label={t("common:session.login")} description={t("users.loginRule")} required maxLength={64} autoComplete="off" autoCapitalize="none" value={login}
            onChange={(event) => setLogin(event.currentTarget.value.trim())} error={(isWrong && t("users.loginWrong")) || (isTaken && t("users.isTaken"))} />
          <RoleChoice label={t("role")} value={role} onChange={setRole} />
          <Text>{t("users.createText")}</Text>
          {creating.error && !isTaken && <Failure error={creating.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" loading={creating.isPending}>
              {t("users.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
