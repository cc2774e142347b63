import { Skeleton } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useDeferredValue, useEffect, useImperativeHandle, useRef, type KeyboardEvent, type Ref } from "react";
import { useTranslation } from "react-i18next";

import classes from "./gallery.module.css";
import { layoutFor, type Layout } from "./layout";
import { PictureCard, useCardWords, type CardActions } from "./PictureCard";
import type { Picture } from "./pictures";
import { useNoneWhileFast } from "./previews";
import type { Selection } from "./selection";
import { usePlace } from "./usePlace";

export interface GridHandle {
  /** Gives the focus to a picture's card, wherever it is. */
  focus: (id: string) => void;
}

/** The pictures that are loaded, and whether there are more: only together do they say how high the list is. */
export interface Listed {
  pictures: readonly Picture[];
  hasMore: boolean;
}

interface Props extends CardActions {
  listed: Listed;
  slotNames: ReadonlyMap<string, string>;
  selection: Selection;
  onNearEnd: () => void;
  ref: Ref<GridHandle>;
}

/** Rows kept above and below the window. */
const OVERSCAN = 2;
/** More is asked for when fewer rows are left; of whoever scrolls, when fewer pictures are left. */
const [NEAR_END_ROWS, AHEAD_PICTURES] = [4, 300];
/** A card that was scrolled to is there after a few. */
const FRAMES = 60;
const STEPS: Record<string, (columns: number) => number> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns) => -columns,
  ArrowDown: (columns) => columns,
};

/** Pictures in rows of the same height; only those near the window are in the page. */
export const PictureGrid = memo(function PictureGrid({ listed, slotNames, selection, onNearEnd, onWant, onToggle, ref }: Props) {
  const { t } = useTranslation("gallery");
  const words = useCardWords();
  useNoneWhileFast();
  const list = useRef<HTMLUListElement>(null);
  const place = usePlace(list);
  const layout = layoutFor(place.width);
  const { pictures, hasMore } = useDeferredValue(listed);
  const rows = Math.ceil(pictures.length / layout.columns) + (hasMore ? 1 : 0);
  // its functions change with the window, and are given to nobody who keeps them
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useWindowVirtualizer({
    count: rows, estimateSize: () => layout.rowHeight, overscan: OVERSCAN, scrollMargin: place.top, initialOffset: () => window.scrollY, useFlushSync: false,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, layout.rowHeight]);

  const shown = virtualizer.getVirtualItems();
  const [firstRow, lastRow] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? -1];
  const ahead = firstRow === 0 ? NEAR_END_ROWS * layout.columns : AHEAD_PICTURES;
  const isNearEnd = hasMore && (lastRow + 1) * layout.columns + ahead > pictures.length;
  useEffect(() => {
    if (isNearEnd) onNearEnd();
  }, [isNearEnd, onNearEnd, pictures]);

  const { focus, onStep } = useFocus(pictures, layout.columns, (row) => virtualizer.scrollToIndex(row, { align: "auto" }));
  useImperativeHandle(ref, () => ({ focus }), [focus]);

  // cards are made between the frames of scrolling, as many as there is time for
  const [fromRow, toRow] = [useDeferredValue(firstRow), useDeferredValue(lastRow)];
  const first = fromRow * layout.columns;
  const inPage = pictures.slice(first, (toRow + 1) * layout.columns);
  const skeletons = hasMore && toRow === rows - 1 ? rows * layout.columns - pictures.length : 0;
  return (
    <ul ref={list} className={classes.list} style={{ height: Math.max(rows * layout.rowHeight, 1) }} aria-label={t("list")}>
      {place.width > 0 && inPage.map((picture, index) => (
        <li key={picture.id} className={classes.place} style={placeOf(first + index, layout)} aria-posinset={first + index + 1} aria-setsize={hasMore ? -1 : pictures.length}>
          <PictureCard picture={picture} slotName={slotNames.get(picture.slot_id) ?? picture.slot_id} pictureHeight={layout.pictureHeight}
            isSelecting={selection.isOn} isSelected={selection.ids.has(picture.id)} words={words} onWant={onWant} onToggle={onToggle} onStep={onStep} />
        </li>
      ))}
      {Array.from({ length: skeletons }, (_, index) => (
        <li key={index} aria-hidden className={classes.place} style={placeOf(pictures.length + index, layout)}>
          <Skeleton height="100%" />
        </li>
      ))}
    </ul>
  );
});

/** What stands there until the first pictures are known. */
export function GridSkeleton() {
  const list = useRef<HTMLDivElement>(null);
  const layout = layoutFor(usePlace(list).width);
  return (
    <div ref={list} className={classes.list} style={{ height: 3 * layout.rowHeight }} aria-hidden>
      {Array.from({ length: 3 * layout.columns }, (_, index) => (
        <div key={index} className={classes.place} style={placeOf(index, layout)}>
          <Skeleton height="100%" />
        </div>
      ))}
    </div>
  );
}

function placeOf(index: number, { columns, cardWidth, rowHeight, gap }: Layout) {
  const [row, column] = [Math.floor(index / columns), index % columns];
  return { width: cardWidth, height: rowHeight - gap, transform: `translate(${column * (cardWidth + gap)}px, ${row * rowHeight}px)` };
}

function cardOf(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-picture="${CSS.escape(id)}"]`);
}

/** `focus` gives the focus to a card, which may have to be made first: the frames after scrolling do. `onStep`: the arrow keys. */
function useFocus(pictures: readonly Picture[], columns: number, scrollTo: (row: number) => void) {
  const latest = useRef({ pictures, columns, scrollTo });
  useEffect(() => {
    latest.current = { pictures, columns, scrollTo };
  });
  const focusAt = useCallback((index: number) => {
    const picture = latest.current.pictures[index];
    if (!picture) return;
    if (!cardOf(picture.id)) latest.current.scrollTo(Math.floor(index / latest.current.columns));
    let frames = FRAMES;
    const tryIt = () => {
      const card = cardOf(picture.id);
      if (card) card.focus();
      else if (frames-- > 0) requestAnimationFrame(tryIt);
    };
    tryIt();
  }, []);
  const indexOf = useCallback((id: string) => latest.current.pictures.findIndex((picture) => picture.id === id), []);
  const focus = useCallback((id: string) => focusAt(indexOf(id)), [focusAt, indexOf]);
  const onStep = useCallback(
    (event: KeyboardEvent, id: string) => {
      const distance = STEPS[event.key]?.(latest.current.columns);
      if (distance === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      focusAt(indexOf(id) + distance);
    },
    [focusAt, indexOf],
  );
  return { focus, onStep };
}
