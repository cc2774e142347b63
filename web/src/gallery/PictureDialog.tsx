import { Anchor, Badge, Button, Center, Modal, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { IconBan, IconDownload, IconExternalLink } from "@tabler/icons-react";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { useMay } from "../session/session";
import { CopyButton } from "../ui/CopyButton";
import { useFormats } from "../ui/format";
import { QrCode } from "../ui/QrCode";
import type { Picture } from "./pictures";

/** Above the viewer, below questions. */
const Z_INDEX = 195;
const QR_PX = 280;

interface Props {
  wanted: { kind: "qr" | "details"; picture: Picture } | null;
  slotName: (id: string) => string;
  onRevoke: (picture: Picture) => void;
  onClose: () => void;
}

/** The code of a picture's link, or everything about it. */
export function PictureDialog({ wanted, slotName, onRevoke, onClose }: Props) {
  const { t } = useTranslation("gallery");
  const formats = useFormats();
  const time = formats.moment(wanted?.picture.created_at);
  return (
    <Modal opened={wanted !== null} onClose={onClose} title={wanted?.kind === "qr" ? t("qr.title", { time }) : t("details.title", { time })} zIndex={Z_INDEX} transitionProps={{ exitDuration: 0 }} closeButtonProps={{ "aria-label": t("common:close"), size: 44 }}>
      {wanted && (
        <Stack>
          {wanted.kind === "qr" && (
            <>
              <Center>
                <QrCode value={wanted.picture.page_url} label={t("qr.label")} size={QR_PX} />
              </Center>
              <Text ta="center">{t("qr.text")}</Text>
            </>
          )}
          {wanted.kind === "details" && <Facts picture={wanted.picture} slotName={slotName} />}
          <LinkActions picture={wanted.picture} />
          {wanted.kind === "details" && <FileActions picture={wanted.picture} onRevoke={onRevoke} />}
        </Stack>
      )}
    </Modal>
  );
}

function LinkActions({ picture }: { picture: Picture }) {
  const { t } = useTranslation("gallery");
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
      <CopyButton value={picture.page_url} label={t("link")} withText />
      <Button component="a" href={picture.page_url} target="_blank" rel="noreferrer" variant="default" leftSection={<IconExternalLink aria-hidden />}>
        {t("guestPage")}
      </Button>
    </SimpleGrid>
  );
}

function FileActions({ picture, onRevoke }: { picture: Picture; onRevoke: Props["onRevoke"] }) {
  const { t } = useTranslation("gallery");
  const [mayDownload, mayRevoke] = [useMay("operator"), useMay("admin")];
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
      {mayDownload && (
        <Button component="a" href={picture.download_url} download leftSection={<IconDownload aria-hidden />}>
          {t("download")}
        </Button>
      )}
      {mayRevoke && (
        <Button variant="default" leftSection={<IconBan aria-hidden />} onClick={() => onRevoke(picture)}>
          {t("revoke.do")}
        </Button>
      )}
    </SimpleGrid>
  );
}

function Facts({ picture, slotName }: { picture: Picture; slotName: Props["slotName"] }) {
  const { t } = useTranslation("gallery");
  const formats = useFormats();
  const { width, height, size_bytes: bytes, expires_at: expires } = picture;
  const file = [width && height && `${width} × ${height}`, bytes && formats.size(bytes), picture.mime_type].filter(Boolean).join(" · ");
  const rows: [string, ReactNode][] = [
    [t("details.slot"), <Anchor key="slot" component={Link} to={`/slots/${picture.slot_id}`}>{slotName(picture.slot_id)}</Anchor>],
    [t("details.booth"), picture.booth || "—"],
    [t("details.time"), <Fragment key="time">{formats.moment(picture.created_at)} {picture.source === "test_run" && <Badge variant="light">{t("details.testRun")}</Badge>}</Fragment>],
    [t("details.file"), file],
    [t("details.expires"), expires ? <span key="expires" title={formats.moment(expires)}>{formats.ago(expires)}</span> : "—"],
    [t("details.job"), <Anchor key="job" component={Link} to={`/jobs/${picture.id}`}>{picture.id}</Anchor>],
  ];
  return (
    <Table variant="vertical" layout="fixed">
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" w="34%">{name}</Table.Th>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
