import { Alert, Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { asProblem } from "../api/problem";
import { useMay } from "../session/session";
import { useConfirm } from "../ui/confirm";
import { Failure } from "../ui/Failure";
import { useFaultAt } from "../ui/faultText";
import { useNotify } from "../ui/notify";
import type { Provider } from "./health";
import { KeyLine } from "./KeyLine";
import { KeyVerdict } from "./KeyVerdict";
import { Section } from "./Section";
import { useRefreshProviders } from "./useProviders";

const MIN_LENGTH = 8;
const MAX_LENGTH = 512;

/** The provider's key: written, never read; deleted, tested. */
export function KeySection({ provider }: { provider: Provider }) {
  const { t } = useTranslation("providers");
  const mayChange = useMay("admin");
  return (
    <Section title={t("section.key")}>
      <KeyLine provider={provider} />
      {mayChange ? <KeyTools provider={provider} /> : <Text c="dimmed">{t("key.adminsOnly")}</Text>}
    </Section>
  );
}

function KeyTools({ provider: { key, manifest } }: { provider: Provider }) {
  const { t } = useTranslation("providers");
  const { name, title } = manifest;
  const path = { params: { path: { name } } };
  const confirm = useConfirm();
  const notify = useNotify();
  const refresh = useRefreshProviders();
  const testing = $api.useMutation("post", "/api/v1/providers/{name}/key/test", { onSettled: refresh });
  const deleting = $api.useMutation("delete", "/api/v1/providers/{name}/key", {
    onSuccess: () => {
      testing.reset();
      notify.done(t("key.deleted"));
    },
    onError: notify.failed,
    onSettled: refresh,
  });
  const remove = async () => {
    if (await confirm({ title: t("key.delete"), text: t("key.deleteText", { title }), action: t("common:delete") })) deleting.mutate(path);
  };
  return (
    <>
      <Group gap="xs">
        <Button variant="default" onClick={() => testing.mutate(path)} loading={testing.isPending}>
          {t("key.test")}
        </Button>
        {key && (
          <Button variant="default" onClick={() => void remove()} loading={deleting.isPending}>
            {t("key.delete")}
          </Button>
        )}
      </Group>
      <div aria-live="polite">
        {testing.isPending && <Text>{t("key.testing")}</Text>}
        {testing.data && !testing.isPending && <KeyVerdict test={testing.data} />}
      </div>
      {testing.error && (
        <Alert color="red" role="alert" title={asProblem(testing.error).code === "provider_unavailable" ? t("key.silent") : t("key.testFailed")}>
          {t("key.silentNote", { title })}
        </Alert>
      )}
      <NewKey name={name} onSaved={testing.reset} />
    </>
  );
}

function NewKey({ name, onSaved }: { name: string; onSaved: () => void }) {
  const { t } = useTranslation("providers");
  const [typed, setTyped] = useState("");
  const notify = useNotify();
  const refresh = useRefreshProviders();
  const saving = $api.useMutation("put", "/api/v1/providers/{name}/key", {
    onSuccess: () => {
      setTyped("");
      onSaved();
      notify.done(t("key.saved"));
    },
    onSettled: refresh,
  });
  const problem = saving.error ? asProblem(saving.error) : null;
  const fault = useFaultAt(problem)("/api_key");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate({ params: { path: { name } }, body: { api_key: typed } });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <PasswordInput label={t("key.new")} description={t("key.newNote")} autoComplete="off" required minLength={MIN_LENGTH} maxLength={MAX_LENGTH} error={fault}
          value={typed} onChange={(event) => setTyped(event.currentTarget.value.trim())} visibilityToggleButtonProps={{ "aria-label": t("key.show") }} />
        {problem && !fault && <Failure error={problem} />}
        <Button type="submit" w="fit-content" loading={saving.isPending} disabled={typed === ""}>
          {t("key.save")}
        </Button>
      </Stack>
    </form>
  );
}
