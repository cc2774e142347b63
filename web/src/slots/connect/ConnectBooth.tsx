import { Alert, Anchor, Code, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import type { Schemas } from "../../api/schema";
import { CopyButton } from "../../ui/CopyButton";
import { useFormats } from "../../ui/format";
import { QrCode } from "../../ui/QrCode";
import { FirstPhoto } from "./FirstPhoto";
import { curlLine, isLoopback, sendingOf } from "./ingestAddress";

type SlotShown = Schemas["SlotShown"];

/** What to type into DSLR Remote Pro so that it posts to the slot, and whether its first photo has come. */
export function ConnectBooth({ slot }: { slot: SlotShown }) {
  const { t } = useTranslation("connect");
  const settings = slot.client_settings;
  return (
    <Stack gap="md">
      {isLoopback(settings.url) && (
        <Alert color="orange" icon={<IconAlertTriangle />} title={t("loopback.title")}>
          {t("loopback.text", { host: new URL(settings.url).host })}
        </Alert>
      )}
      {slot.state !== "open" && (
        <Alert color="orange" icon={<IconAlertTriangle />} title={t(`closed.${slot.state}`)}>
          {t("closed.text")}
        </Alert>
      )}
      <FirstPhoto slotId={slot.id} />
      <Group align="start" gap="lg">
        <Steps slot={slot} />
        <Stack gap={4} align="center">
          <QrCode value={settings.url} label={t("qr.label")} size={180} />
          <Text size="sm" c="dimmed" maw={180} ta="center">
            {t("qr.text")}
          </Text>
        </Stack>
      </Group>
      <Curl slot={slot} />
    </Stack>
  );
}

function Steps({ slot: { client_settings: settings, has_own_password } }: { slot: SlotShown }) {
  const { t } = useTranslation("connect");
  const formats = useFormats();
  const { url, file_field, password_field, timeout_seconds } = sendingOf(settings);
  return (
    <Stack component="ol" gap="xs" flex="1 1 320px" m={0} pl="lg">
      <li>
        <Text>{t("steps.open")}</Text>
      </li>
      <Value name={t("steps.url")} value={url} />
      <li>
        <Text fw={600}>{t("steps.password")}</Text>
        <Text>{t(has_own_password ? "password.own" : "password.global")}</Text>
        {!has_own_password && (
          <Anchor component={Link} to="/settings" display="inline-flex" mih={44} style={{ alignItems: "center" }}>
            {t("password.settings")}
          </Anchor>
        )}
      </li>
      <Value name={t("steps.timeout")} value={String(Math.ceil(timeout_seconds))} note={t("steps.timeoutNote")} />
      {settings.max_image_side_pixels !== undefined && (
        <Value name={t("steps.side")} value={String(settings.max_image_side_pixels)} note={t("steps.sideNote", { size: formats.size(settings.max_image_bytes) })} />
      )}
      <Value name={t("steps.file")} value={file_field} note={t("steps.fieldsNote")} />
      <Value name={t("steps.passwordField")} value={password_field} />
      <li>
        <Text>{t("steps.shoot")}</Text>
      </li>
    </Stack>
  );
}

function Value({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <li>
      <Text fw={600}>{name}</Text>
      <Group gap="xs" wrap="nowrap">
        <Code fz="md" style={{ overflowWrap: "anywhere" }}>
          {value}
        </Code>
        <CopyButton value={value} label={name} />
      </Group>
      {note && (
        <Text size="sm" c="dimmed">
          {note}
        </Text>
      )}
    </li>
  );
}

function Curl({ slot: { client_settings: settings } }: { slot: SlotShown }) {
  const { t } = useTranslation("connect");
  const line = curlLine(sendingOf(settings), t("curl.password"));
  return (
    <Paper withBorder p="sm">
      <Title order={2} size="h5">
        {t("curl.title")}
      </Title>
      <Text size="sm">{t("curl.text")}</Text>
      <Code block my="xs" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {line}
      </Code>
      <CopyButton value={line} label={t("curl.line")} withText />
      <Text size="sm" mt="xs">
        {t("curl.answers")}
      </Text>
      <List size="sm">
        {(["200", "401", "404", "504"] as const).map((status) => (
          <List.Item key={status}>
            <b>{status}</b>: {t(`curl.answer.${status}`)}
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}
