/** How many cards stand in a row, and how large they are; all in pixels. */
export interface Layout {
  columns: number;
  cardWidth: number;
  pictureHeight: number;
  /** With the gap below. */
  rowHeight: number;
  gap: number;
}

const GAP = 12;
const WANTED_WIDTH = 200;
/** Also on the narrowest phone. */
const FEWEST_COLUMNS = 2;
/** Two lines of words, the buttons, the border: as in gallery.module.css. */
const BELOW_PICTURE = 46 + 46 + 2;

export function layoutFor(width: number): Layout {
  const columns = Math.max(FEWEST_COLUMNS, Math.floor((width + GAP) / (WANTED_WIDTH + GAP)));
  const cardWidth = Math.max(0, (width - GAP * (columns - 1)) / columns);
  const pictureHeight = Math.round((cardWidth * 3) / 4);
  return { columns, cardWidth, pictureHeight, rowHeight: pictureHeight + BELOW_PICTURE + GAP, gap: GAP };
}
