import "yet-another-react-lightbox/styles.css";

import { ActionIcon, Group, Modal, Text } from "@mantine/core";
import { IconBan, IconDownload, IconInfoCircle, IconQrcode, IconX } from "@tabler/icons-react";
import { useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Lightbox, type ControllerRef, type SlideImage } from "yet-another-react-lightbox";
import Inline from "yet-another-react-lightbox/plugins/inline";
import Zoom from "yet-another-react-lightbox/plugins/zoom";

import { useMay } from "../session/session";
import { useFormats } from "../ui/format";
import classes from "./gallery.module.css";
import type { Picture } from "./pictures";
import type { Wanted } from "./PictureCard";

/** Longer side of a preview, pixels. */
const PREVIEW_SIDE = 512;
/** Above the page, below dialogs and questions. */
const Z_INDEX = 190;
/** More pictures are asked for when so many are left. */
const NEAR_END = 10;
const PLUGINS = [Inline, Zoom];
const NO_BUTTONS = { buttons: [] };
const CAROUSEL = { finite: true, preload: 1 } as const;

interface Props {
  pictures: readonly Picture[];
  slotName: (id: string) => string;
  /** The one to begin with. */
  id: string;
  onView: (id: string) => void;
  onNearEnd: () => void;
  onWant: (wanted: Wanted, picture: Picture) => void;
  onRevoke: (picture: Picture) => void;
  onClose: () => void;
}

/** One picture at a time, as large as the window. Neighbours are loaded ahead, the others are not. */
export default function Viewer({ pictures, slotName, id, onView, onNearEnd, onWant, onRevoke, onClose }: Props) {
  const { t } = useTranslation("gallery");
  const controller = useRef<ControllerRef>(null);
  const { at, whenListed, setAt } = usePlaceIn(pictures, id);
  const current = pictures[at];
  const slides = useSlides(pictures);
  const labels = useLabels();
  // its own keys only: Esc in a dialog that lies over the viewer is the dialog's
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    if (event.key === "ArrowLeft") controller.current?.prev();
    if (event.key === "ArrowRight") controller.current?.next();
  };
  const view = ({ index }: { index: number }) => {
    const viewed = pictures[index];
    if (!viewed) return;
    setAt(index);
    if (viewed.id !== id) onView(viewed.id);
    if (index >= pictures.length - NEAR_END) onNearEnd();
  };
  return (
    <Modal.Root opened fullScreen onClose={onClose} padding={0} zIndex={Z_INDEX} returnFocus={false} closeOnEscape={false} transitionProps={{ duration: 0 }} onKeyDown={onKey}>
      <Modal.Content aria-label={t("viewer.title")}>
        {current && (
          <div className={classes.viewer}>
            <Tools picture={current} slotName={slotName} onWant={onWant} onRevoke={onRevoke} onClose={onClose} />
            <div className={classes.stage}>
              <Lightbox plugins={PLUGINS} slides={slides} index={whenListed} labels={labels} toolbar={NO_BUTTONS} carousel={CAROUSEL}
                controller={{ ref: controller, closeOnEscape: false, touchAction: "none" }} on={{ view }} />
            </div>
          </div>
        )}
      </Modal.Content>
    </Modal.Root>
  );
}

/**
 * Where the viewed picture is. `whenListed` changes with the list only: the lightbox knows its own place, and a later word
 * of ours would take it back to a place that was left meanwhile.
 */
function usePlaceIn(pictures: readonly Picture[], id: string) {
  const [place, setPlace] = useState(() => {
    const at = Math.max(0, pictures.findIndex((picture) => picture.id === id));
    return { pictures, at, whenListed: at };
  });
  if (place.pictures !== pictures) {
    const viewed = place.pictures[place.at]?.id;
    const now = pictures.findIndex((picture) => picture.id === viewed);
    // a revoked one is not there any more: the next one has come to its place
    const at = now === -1 ? Math.max(0, Math.min(place.at, pictures.length - 1)) : now;
    setPlace({ pictures, at, whenListed: at });
  }
  return { ...place, setAt: (at: number) => setPlace((before) => ({ ...before, at })) };
}

function useLabels() {
  const { t } = useTranslation("gallery");
  return useMemo(
    () => ({
      Previous: t("viewer.previous"), Next: t("viewer.next"), "Zoom in": t("viewer.zoomIn"), "Zoom out": t("viewer.zoomOut"), "Photo gallery": t("list"), Slide: t("viewer.slide"),
      Carousel: t("viewer.carousel"), "{index} of {total}": t("viewer.place", { index: "{index}", total: "{total}" }),
    }),
    [t],
  );
}

function useSlides(pictures: readonly Picture[]): SlideImage[] {
  const { t } = useTranslation("gallery");
  const formats = useFormats();
  const mayDownload = useMay("operator");
  return useMemo(() => pictures.map((picture) => slideOf(picture, () => t("viewer.alt", { time: formats.moment(picture.created_at) }), mayDownload)), [pictures, formats, mayDownload, t]);
}

/** The preview where it is large enough, else the picture itself, which only operators may have. Its words are made when it is viewed: there are thousands. */
function slideOf({ preview_url: src, download_url: whole, width, height }: Picture, words: () => string, mayDownload: boolean): SlideImage {
  const slide: SlideImage = {
    src,
    get alt() {
      return words();
    },
  };
  if (!mayDownload || !width || !height) return slide;
  const share = Math.min(1, PREVIEW_SIDE / Math.max(width, height));
  const small = { src, width: Math.round(width * share), height: Math.round(height * share) };
  return Object.assign(slide, { src: whole, width, height, srcSet: share < 1 ? [small, { src: whole, width, height }] : [{ src: whole, width, height }] });
}

type ToolsProps = Pick<Props, "slotName" | "onWant" | "onRevoke" | "onClose"> & { picture: Picture };

function Tools({ picture, slotName, onWant, onRevoke, onClose }: ToolsProps) {
  const { t } = useTranslation("gallery");
  const formats = useFormats();
  const [mayDownload, mayRevoke] = [useMay("operator"), useMay("admin")];
  const look = { variant: "transparent", c: "white" } as const;
  return (
    <Group gap={0} px="xs" h={60} wrap="nowrap" justify="space-between">
      <Text size="xs" lineClamp={3} aria-live="polite">
        {formats.moment(picture.created_at)} · {slotName(picture.slot_id)}
      </Text>
      <Group gap={0} wrap="nowrap">
        {mayDownload && (
          <ActionIcon {...look} component="a" href={picture.download_url} download aria-label={t("download")} title={t("download")}>
            <IconDownload aria-hidden />
          </ActionIcon>
        )}
        <ActionIcon {...look} onClick={() => onWant("qr", picture)} aria-label={t("qr.do")} title={t("qr.do")}>
          <IconQrcode aria-hidden />
        </ActionIcon>
        <ActionIcon {...look} onClick={() => onWant("details", picture)} aria-label={t("details.do")} title={t("details.do")}>
          <IconInfoCircle aria-hidden />
        </ActionIcon>
        {mayRevoke && (
          <ActionIcon {...look} onClick={() => onRevoke(picture)} aria-label={t("revoke.do")} title={t("revoke.do")}>
            <IconBan aria-hidden />
          </ActionIcon>
        )}
        <ActionIcon {...look} onClick={onClose} aria-label={t("common:close")} title={t("common:close")} data-autofocus>
          <IconX aria-hidden />
        </ActionIcon>
      </Group>
    </Group>
  );
}
