import "./beforeAfter.css";

import { useState } from "react";
import { useTranslation } from "react-i18next";

interface Picture {
  src: string;
  alt: string;
}

interface Props {
  before: Picture;
  after: Picture;
  /** Of the box that both are shown in, whole; known before they are loaded, so that nothing moves then. */
  width: number;
  height: number;
}

const MIDDLE = 50;

/** Two pictures over one another, and a line between them to be moved: by dragging anywhere, or with the arrow keys. */
export function BeforeAfter({ before, after, width, height }: Props) {
  const { t } = useTranslation("trial");
  const [place, setPlace] = useState(MIDDLE);
  return (
    <div className="before-after" style={{ aspectRatio: `${width} / ${height}`, maxWidth: `calc(70vh * ${width / height})` }}>
      <img src={before.src} alt={before.alt} />
      <img src={after.src} alt={after.alt} style={{ clipPath: `inset(0 0 0 ${place}%)` }} />
      <span className="before-after-label" data-side="before" aria-hidden>
        {t("before")}
      </span>
      <span className="before-after-label" data-side="after" aria-hidden>
        {t("after")}
      </span>
      <div className="before-after-line" style={{ insetInlineStart: `${place}%` }} />
      <input type="range" min={0} max={100} value={place} onChange={(event) => setPlace(Number(event.currentTarget.value))} aria-label={t("compare")}
        aria-valuetext={t("compareValue", { before: place, after: 100 - place })} />
    </div>
  );
}
