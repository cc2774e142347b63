import { Box, Button, FileButton, Group, Image, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconCamera, IconPhoto, IconUpload } from "@tabler/icons-react";
import { useEffect, useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../../ui/format";
import { useNotify } from "../../ui/notify";
import { ACCEPTED, fileIn, photoOf, samplePhoto, type Photo } from "./photo";

interface Props {
  photo: Photo | null;
  onChoose: (photo: Photo) => void;
  isBusy: boolean;
}

/** The photo of a test run: dropped, pasted, chosen, taken, or one that comes along. */
export function PhotoChoice({ photo, onChoose, isBusy }: Props) {
  const { t } = useTranslation("trial");
  const notify = useNotify();
  const isPhone = useMediaQuery("(pointer: coarse)");
  const [isOver, setIsOver] = useState(false);
  const take = (chosen: Promise<Photo>) => {
    if (!isBusy) chosen.then(onChoose).catch(notify.failed);
  };
  const takeFile = (file: File | null) => file && take(photoOf(file));
  usePastedFile(takeFile);

  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const file = fileIn(event.dataTransfer);
    if (file) takeFile(file);
    else notify.done(t("photo.none"));
  };
  return (
    <Box p="md" onDragOver={(event) => { event.preventDefault(); setIsOver(true); }} onDragLeave={() => setIsOver(false)} onDrop={dropped}
      style={{ border: `2px dashed var(--mantine-color-${isOver ? "booth-6" : "gray-6"})`, borderRadius: "var(--mantine-radius-md)" }}>
      <Group gap="md">
        <Chosen photo={photo} />
        <Stack gap="xs" flex="1 1 220px">
          <Text>{t(isPhone ? "photo.hintPhone" : "photo.hint")}</Text>
          <Group gap="xs">
            <FileButton accept={ACCEPTED} onChange={takeFile}>
              {(props) => (
                <Button {...props} variant="default" disabled={isBusy} leftSection={<IconUpload aria-hidden />}>
                  {t("photo.choose")}
                </Button>
              )}
            </FileButton>
            {isPhone && (
              <FileButton accept="image/*" capture="environment" onChange={takeFile}>
                {(props) => (
                  <Button {...props} variant="default" disabled={isBusy} leftSection={<IconCamera aria-hidden />}>
                    {t("photo.take")}
                  </Button>
                )}
              </FileButton>
            )}
            <Button variant="default" disabled={isBusy} leftSection={<IconPhoto aria-hidden />} onClick={() => take(samplePhoto())}>
              {t("photo.sample")}
            </Button>
          </Group>
        </Stack>
      </Group>
    </Box>
  );
}

const PREVIEW_PX = 96;

function Chosen({ photo }: { photo: Photo | null }) {
  const { t } = useTranslation("trial");
  const formats = useFormats();
  return (
    <Stack gap={4} w={PREVIEW_PX * 1.5} align="center">
      <Box w={PREVIEW_PX} h={PREVIEW_PX} style={{ display: "grid", placeItems: "center" }}>
        {photo?.size ? <Image src={photo.url} alt={t("photo.chosen")} w={PREVIEW_PX} h={PREVIEW_PX} fit="contain" /> : <IconPhoto size={48} stroke={1} aria-hidden />}
      </Box>
      <Text size="xs" ta="center" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
        {photo ? t("photo.name", { name: photo.file.name, size: formats.size(photo.file.size) }) : t("photo.missing")}
      </Text>
    </Stack>
  );
}

/** Takes a picture that is pasted anywhere on the page, but no text that is pasted into a field. */
function usePastedFile(onFile: (file: File) => void): void {
  const latest = useRef(onFile);
  useEffect(() => {
    latest.current = onFile;
  }, [onFile]);
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const file = fileIn(event.clipboardData);
      if (file) latest.current(file);
    };
    document.addEventListener("paste", pasted);
    return () => document.removeEventListener("paste", pasted);
  }, []);
}
