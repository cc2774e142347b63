import { Alert, Button, Checkbox, FileInput, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { Failure } from "../../ui/Failure";
import { sendBackup } from "./backupFile";
import { WhatChanges } from "./WhatChanges";

/** A backup is checked first; then what would change is shown, and a word has to be typed, as nothing undoes it. */
export function RestoreForm() {
  const { t } = useTranslation("operations");
  const [file, setFile] = useState<File | null>(null);
  const [isOtherKeyFine, setIsOtherKeyFine] = useState(false);
  const checking = useMutation({ mutationFn: (chosen: File) => sendBackup(chosen, { replace: true, other_secret_key: isOtherKeyFine, dry_run: true }) });
  const restoring = useMutation({ mutationFn: (chosen: File) => sendBackup(chosen, { replace: true, other_secret_key: isOtherKeyFine, dry_run: false }) });

  const choose = (chosen: File | null) => {
    setFile(chosen);
    checking.reset();
    restoring.reset();
  };
  const check = (event: FormEvent) => {
    event.preventDefault();
    if (file) checking.mutate(file);
  };
  return (
    <Paper withBorder p="md" component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t("restore.title")}
        </Title>
        <Text>{t("restore.intro")}</Text>
        {restoring.data ? (
          <Restored isOwnKey={restoring.data.is_own_key} />
        ) : (
          <>
            <form onSubmit={check}>
              <Stack gap="sm">
                <FileInput size="md" label={t("restore.file")} placeholder={t("restore.choose")} accept=".tar,application/x-tar" value={file} onChange={choose} clearable
                  clearButtonProps={{ "aria-label": t("restore.clear") }} />
                <Checkbox size="md" label={t("restore.otherKey")} description={t("restore.otherKeyNote")} checked={isOtherKeyFine}
                  onChange={(event) => {
                    setIsOtherKeyFine(event.currentTarget.checked);
                    checking.reset();
                  }} />
                <Button type="submit" variant="default" w="fit-content" disabled={!file} loading={checking.isPending}>
                  {t("restore.check")}
                </Button>
              </Stack>
            </form>
            {checking.error && <Failure error={checking.error} />}
            {checking.data && <WhatChanges restored={checking.data} />}
            {restoring.error && <Failure error={restoring.error} />}
            {checking.data && file && <Confirmation isPending={restoring.isPending} onConfirm={() => restoring.mutate(file)} />}
          </>
        )}
      </Stack>
    </Paper>
  );
}

function Confirmation({ isPending, onConfirm }: { isPending: boolean; onConfirm: () => void }) {
  const { t } = useTranslation("operations");
  const [typed, setTyped] = useState("");
  const word = t("restore.word");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === word) onConfirm();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Alert color="red" title={t("restore.warning")}>
          {t("restore.warningText")}
        </Alert>
        <TextInput label={t("restore.type", { word })} value={typed} onChange={(event) => setTyped(event.currentTarget.value.trim().toLowerCase())} autoComplete="off"
          autoCapitalize="none" maw={420} />
        <Button type="submit" color="red.8" w="fit-content" disabled={typed !== word} loading={isPending}>
          {t("restore.do")}
        </Button>
      </Stack>
    </form>
  );
}

function Restored({ isOwnKey }: { isOwnKey: boolean }) {
  const { t } = useTranslation("operations");
  return (
    <Alert color="green" title={t("restore.done")} role="alert">
      <Stack gap="sm">
        <Text size="sm">{t(isOwnKey ? "restore.doneText" : "restore.doneOtherKey")}</Text>
        <Button w="fit-content" onClick={() => window.location.assign("/")}>
          {t("restore.logIn")}
        </Button>
      </Stack>
    </Alert>
  );
}
