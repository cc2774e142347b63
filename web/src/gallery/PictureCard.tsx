import type { TFunction } from "i18next";
import { memo, useMemo, type KeyboardEvent, type MouseEvent } from "react";
import { useTranslation } from "react-i18next";

import { useMay } from "../session/session";
import { useFormats, type Formats } from "../ui/format";
import classes from "./gallery.module.css";
import { Glyph } from "./Glyph";
import type { Picture } from "./pictures";
import { usePreview } from "./previews";

export type Wanted = "view" | "qr" | "details";

export interface CardActions {
  /** Opens what is wanted of the picture. */
  onWant: (wanted: Wanted, picture: Picture) => void;
  onToggle: (id: string, isRange: boolean) => void;
}

/** What every card needs of the page: asked for once, not by each of the dozens that are made while somebody scrolls. */
export interface CardWords {
  t: TFunction;
  formats: Formats;
  mayDownload: boolean;
}

export function useCardWords(): CardWords {
  const { t } = useTranslation("gallery");
  const formats = useFormats();
  const mayDownload = useMay("operator");
  return useMemo(() => ({ t, formats, mayDownload }), [t, formats, mayDownload]);
}

interface Props extends CardActions {
  picture: Picture;
  slotName: string;
  /** Pixels; width and height are 4 : 3 whatever the picture has, so that nothing moves when it comes. */
  pictureHeight: number;
  isSelecting: boolean;
  isSelected: boolean;
  words: CardWords;
  /** A key on the picture, which may be an arrow. */
  onStep: (event: KeyboardEvent, id: string) => void;
}

/** One picture in the list, of plain elements. */
export const PictureCard = memo(function PictureCard({ picture, slotName, pictureHeight, isSelecting, isSelected, words, onWant, onToggle, onStep }: Props) {
  const { t, formats } = words;
  const taken = formats.moment(picture.created_at);
  const name = { time: taken, slot: slotName };
  const choose = (event: MouseEvent) => (isSelecting ? onToggle(picture.id, event.shiftKey) : onWant("view", picture));
  const selecting = isSelecting ? { role: "checkbox", "aria-checked": isSelected } : {};
  return (
    <figure className={classes.card}>
      <button type="button" className={classes.picture} style={{ height: pictureHeight }} onClick={choose} onKeyDown={(event) => onStep(event, picture.id)} data-picture={picture.id}
        aria-label={isSelecting ? t("card.select", name) : t("card.open", name)} {...selecting}>
        <Small id={picture.id} gone={t("card.gone")} />
        {isSelecting && (
          <span className={classes.mark} aria-hidden>
            {isSelected && <Glyph of="check" />}
          </span>
        )}
      </button>
      <figcaption className={classes.caption}>
        <div className={classes.line} title={taken}>
          {isToday(picture.created_at) ? formats.time(picture.created_at) : taken}
        </div>
        <div className={classes.line} title={`${slotName} · ${picture.booth}`}>
          {[slotName, picture.booth].filter(Boolean).join(" · ")}
        </div>
      </figcaption>
      <div className={classes.actions}>{!isSelecting && <Actions picture={picture} name={name} words={words} onWant={onWant} />}</div>
    </figure>
  );
});

function isToday(iso: string): boolean {
  return new Date(iso).toDateString() === new Date().toDateString();
}

function Small({ id, gone }: { id: string; gone: string }) {
  const { url, isGone } = usePreview(id);
  if (isGone) return <span className={classes.note}>{gone}</span>;
  return url && <img src={url} alt="" decoding="async" draggable={false} />;
}

interface ActionsProps {
  picture: Picture;
  name: { time: string; slot: string };
  words: CardWords;
  onWant: CardActions["onWant"];
}

function Actions({ picture, name, words: { t, mayDownload }, onWant }: ActionsProps) {
  return (
    <>
      {mayDownload && (
        <a className={classes.action} href={picture.download_url} download title={t("download")} aria-label={t("card.download", name)}>
          <Glyph of="download" />
        </a>
      )}
      <button type="button" className={classes.action} onClick={() => onWant("qr", picture)} title={t("qr.do")} aria-label={t("card.qr", name)}>
        <Glyph of="qr" />
      </button>
      <button type="button" className={classes.action} onClick={() => onWant("details", picture)} title={t("details.do")} aria-label={t("card.details", name)}>
        <Glyph of="details" />
      </button>
    </>
  );
}
