import { Button, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Failure } from "../../ui/Failure";
import { useFormats } from "../../ui/format";
import { useNotify } from "../../ui/notify";
import { saveFile } from "../../ui/saveFile";
import { fetchBackup } from "./backupFile";
import { RestoreForm } from "./RestoreForm";

/** Everything set up as one file, and such a file put in force. */
export default function BackupTab() {
  const { t } = useTranslation("operations");
  return (
    <Stack maw={900}>
      <Paper withBorder p="md" component="section">
        <Stack gap="sm">
          <Title order={2} size="h4">
            {t("backup.title")}
          </Title>
          <Text>{t("backup.intro")}</Text>
          <List size="sm">
            <List.Item>{t("backup.inside")}</List.Item>
            <List.Item>{t("backup.outside")}</List.Item>
            <List.Item>{t("backup.secret")}</List.Item>
          </List>
          <BackupButton />
        </Stack>
      </Paper>
      <RestoreForm />
    </Stack>
  );
}

function BackupButton() {
  const { t } = useTranslation("operations");
  const formats = useFormats();
  const notify = useNotify();
  const making = useMutation({
    mutationFn: fetchBackup,
    onSuccess: ({ blob, name }) => {
      saveFile(blob, name);
      notify.done(t("backup.done", { name, size: formats.size(blob.size) }));
    },
  });
  return (
    <>
      {making.error && <Failure error={making.error} />}
      <Button w="fit-content" loading={making.isPending} onClick={() => making.mutate()}>
        {t("backup.do")}
      </Button>
    </>
  );
}
