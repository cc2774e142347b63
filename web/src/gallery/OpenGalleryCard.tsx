import { Anchor, Button, Center, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconExternalLink, IconLock, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { useMay } from "../session/session";
import { useConfirm } from "../ui/confirm";
import { CopyButton } from "../ui/CopyButton";
import { useFormats } from "../ui/format";
import { useNotify } from "../ui/notify";
import { QrCode } from "../ui/QrCode";
import { clockOf, useReadGalleriesAgain, useTimeLeft, type EventGallery } from "./eventGalleries";
import classes from "./gallery.module.css";

const QR_PX = 260;

interface Props {
  gallery: EventGallery;
  title: string;
  slots: string;
  aheadMs: number;
  /** Known only to who has just set it. */
  passcode: string | undefined;
}

/** A gallery that guests see just now: its link to give away, and how long it stays. */
export function OpenGalleryCard({ gallery, title, slots, aheadMs, passcode }: Props) {
  const { t } = useTranslation("events");
  const formats = useFormats();
  const readAgain = useReadGalleriesAgain();
  const left = useTimeLeft(gallery.closes_at, aheadMs, readAgain);
  return (
    <Paper component="section" withBorder p="md" aria-label={title}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Stack gap="xs">
          <Title order={2} size="h3">
            {title}
          </Title>
          <Text>{slots}</Text>
          <div>
            <Text>{t("open.left")}</Text>
            <div role="timer" className={classes.countdown}>{clockOf(left)}</div>
            <Text size="sm">{t("open.until", { time: formats.moment(gallery.closes_at), by: gallery.opened_by })}</Text>
          </div>
          {gallery.has_passcode && (
            <Group gap="xs">
              <IconLock aria-hidden />
              <Text>{passcode ? t("open.passcode", { passcode }) : t("open.passcodeSet")}</Text>
              {passcode && <CopyButton value={passcode} label={t("open.passcodeName")} />}
            </Group>
          )}
          <Anchor href={gallery.url} target="_blank" rel="noreferrer" style={{ overflowWrap: "anywhere" }}>
            {gallery.url}
          </Anchor>
          <CardActions gallery={gallery} title={title} />
        </Stack>
        <Center>
          <QrCode value={gallery.url} label={t("open.qr")} size={QR_PX} />
        </Center>
      </SimpleGrid>
    </Paper>
  );
}

function CardActions({ gallery, title }: { gallery: EventGallery; title: string }) {
  const { t } = useTranslation("events");
  const [confirm, notify, readAgain] = [useConfirm(), useNotify(), useReadGalleriesAgain()];
  const closing = $api.useMutation("post", "/api/v1/event-galleries/{id}/close", {
    onSuccess: () => notify.done(t("close.done", { title })),
    onError: notify.failed,
    onSettled: readAgain,
  });
  const close = async () => {
    if (await confirm({ title: t("close.title", { title }), text: t("close.text"), action: t("close.do") })) closing.mutate({ params: { path: { id: gallery.id } } });
  };
  const mayClose = useMay("operator");
  return (
    <Group gap="xs">
      <CopyButton value={gallery.url} label={t("open.link")} withText />
      <Button component="a" href={gallery.url} target="_blank" rel="noreferrer" variant="default" leftSection={<IconExternalLink aria-hidden />}>
        {t("open.visit")}
      </Button>
      {mayClose && (
        <Button variant="default" leftSection={<IconX aria-hidden />} loading={closing.isPending} onClick={() => void close()}>
          {t("close.do")}
        </Button>
      )}
    </Group>
  );
}
