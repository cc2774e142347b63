import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { Failure } from "../ui/Failure";

interface Props {
  /** Whom to ask for the password first. */
  login?: string;
  note?: string;
  onLogin: (login: string) => Promise<void> | void;
}

export function LoginForm({ login: known = "", note, onLogin }: Props) {
  const { t } = useTranslation();
  const [login, setLogin] = useState(known);
  const [password, setPassword] = useState("");
  const opening = $api.useMutation("post", "/api/v1/session", {
    onSuccess: async () => {
      setPassword("");
      await onLogin(login);
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    opening.mutate({ body: { login, password } });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {note && <Text>{note}</Text>}
        <TextInput label={t("session.login")} name="login" autoComplete="username" autoCapitalize="none" required
          value={login} onChange={(event) => setLogin(event.currentTarget.value)} data-autofocus={known ? undefined : true} />
        <PasswordInput label={t("session.password")} name="password" autoComplete="current-password" required
          value={password} onChange={(event) => setPassword(event.currentTarget.value)} data-autofocus={known ? true : undefined}
          visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }} />
        {opening.error && <Failure error={opening.error} />}
        <Button type="submit" loading={opening.isPending}>
          {t("session.logIn")}
        </Button>
      </Stack>
    </form>
  );
}
