import { Button, PasswordInput, Stack } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { asProblem } from "../api/problem";
import { Failure } from "../ui/Failure";
import { useFaultAt } from "../ui/faultText";

/** Asks for the current password and twice for the new one (12 to 256 characters, docs/accounts.md). */
export function ChangePasswordForm({ onChanged }: { onChanged: () => void }) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [wanted, setWanted] = useState("");
  const [again, setAgain] = useState("");
  const changing = $api.useMutation("put", "/api/v1/session/password", {
    onSuccess: () => {
      setCurrent("");
      setWanted("");
      setAgain("");
      onChanged();
    },
  });
  const refusal = changing.error ? asProblem(changing.error) : null;
  const faultAt = useFaultAt(refusal);
  const isTypo = again !== "" && again !== wanted;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (again === wanted) changing.mutate({ body: { current_password: current, new_password: wanted, end_tokens: false } });
  };
  const eye = { "aria-label": t("session.showPassword") };
  return (
    <form onSubmit={submit}>
      <Stack>
        <PasswordInput label={t("session.currentPassword")} autoComplete="current-password" required visibilityToggleButtonProps={eye}
          error={faultAt("/current_password")}
          value={current} onChange={(event) => setCurrent(event.currentTarget.value)} />
        <PasswordInput label={t("session.newPassword")} description={t("session.passwordRule")} autoComplete="new-password" required minLength={12} maxLength={256}
          error={faultAt("/new_password")} visibilityToggleButtonProps={eye} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />
        <PasswordInput label={t("session.newPasswordAgain")} autoComplete="new-password" required visibilityToggleButtonProps={eye}
          error={isTypo && t("session.notTheSame")} value={again} onChange={(event) => setAgain(event.currentTarget.value)} />
        {refusal?.faults.length === 0 && <Failure error={changing.error} />}
        <Button type="submit" loading={changing.isPending}>
          {t("session.changePassword")}
        </Button>
      </Stack>
    </form>
  );
}
