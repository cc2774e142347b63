import { Alert, Button, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import { Moment } from "../ui/Moment";
import { SecretDialog } from "../ui/SecretDialog";
import type { Settings } from "./fields";
import { RotateDialog } from "./RotateDialog";

interface Props {
  settings: Settings;
  mayChange: boolean;
}

/** The password that opens every slot without one of its own: whether there is one, which old ones still serve, a new one. */
export function IngestPassword({ settings, mayChange }: Props) {
  const { t } = useTranslation("settings");
  const formats = useFormats();
  const [isOpen, { open, close }] = useDisclosure();
  const [rotated, setRotated] = useState<Schemas["Rotated"] | null>(null);
  const { is_ingest_password_set: isSet, old_ingest_passwords_until: ends } = settings;
  const until = rotated?.old_ingest_passwords_until.at(-1);
  return (
    <Paper withBorder p="md">
      <Stack>
        <Title order={2} size="h4">
          {t("password.title")}
        </Title>
        <Text maw={720}>{t("password.what")}</Text>
        {!isSet && (
          <Alert variant="default" icon={<IconAlertTriangle />}>
            {t("password.none")}
          </Alert>
        )}
        {ends.length > 0 && (
          <List>
            {ends.map((end) => (
              <List.Item key={end}>
                {t("password.oldUntil", { moment: formats.moment(end) })} (<Moment at={end} isAhead />)
              </List.Item>
            ))}
          </List>
        )}
        {mayChange && (
          <Group>
            <Button variant="default" onClick={open}>
              {t(isSet ? "password.change" : "password.make")}
            </Button>
          </Group>
        )}
      </Stack>
      <RotateDialog opened={isOpen} isFirst={!isSet} onClose={close} onRotated={setRotated} />
      <SecretDialog title={t("password.newTitle")} value={rotated?.password ?? null} label={t("password.label")} onClose={() => setRotated(null)}>
        <Text>{t("password.typeIn")}</Text>
        {isSet && <Text>{until ? t("password.oldUntil", { moment: formats.moment(until) }) : t("password.oldEnded")}</Text>}
      </SecretDialog>
    </Paper>
  );
}
