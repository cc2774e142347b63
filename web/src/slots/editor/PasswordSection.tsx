import { Alert, Button, Group, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import { CopyButton } from "../../ui/CopyButton";
import { newPassword } from "../password";
import { useFault, useSlotForm } from "./form";
import { Section } from "./Section";

/** The slot's own ingest password: made or typed, shown until it is saved, taken away again. */
export function PasswordSection() {
  const { t } = useTranslation("slots");
  const { draft, change, hasOwnPassword, isReadOnly } = useSlotForm();
  const error = useFault("/ingest_password");
  const settings = $api.useQuery("get", "/api/v1/settings");
  const wanted = draft.ingest_password;
  const isThere = hasOwnPassword || typeof wanted === "string";
  const isOpenToNobody = settings.data?.is_ingest_password_set === false && !hasOwnPassword && typeof wanted !== "string";
  return (
    <Section title={t("section.password")}>
      {isOpenToNobody && <Alert color="orange">{t("password.nobody")}</Alert>}
      <Text aria-live="polite">{t(stateOf(wanted, hasOwnPassword))}</Text>
      {typeof wanted === "string" && (
        <Group align="flex-end" gap="xs">
          <TextInput label={t("password.new")} description={t("password.onlyNow")} error={error} value={wanted} ff="monospace" autoComplete="off" spellCheck={false} style={{ flex: "1 1 260px" }}
            onChange={(event) => change({ ingest_password: event.currentTarget.value })} />
          <CopyButton value={wanted} label={t("password.what")} />
        </Group>
      )}
      {!isReadOnly && (
        <Group gap="xs">
          <Button variant="default" onClick={() => change({ ingest_password: newPassword() })}>
            {t(isThere ? "password.rotate" : "password.make")}
          </Button>
          {hasOwnPassword && wanted !== null && (
            <Button variant="default" color="red" onClick={() => change({ ingest_password: null })}>
              {t("password.remove")}
            </Button>
          )}
          {wanted !== undefined && (
            <Button variant="subtle" onClick={() => change({ ingest_password: undefined })}>
              {t("undo")}
            </Button>
          )}
        </Group>
      )}
    </Section>
  );
}

function stateOf(wanted: string | null | undefined, hasOwnPassword: boolean): string {
  if (typeof wanted === "string") return "password.willBe";
  if (wanted === null) return "password.willGo";
  return hasOwnPassword ? "password.own" : "password.global";
}
