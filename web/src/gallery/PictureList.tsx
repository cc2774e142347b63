import { Button, Text } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { asProblem } from "../api/problem";
import { Empty } from "../ui/Empty";
import { Failure } from "../ui/Failure";
import { askedFor, NO_FILTER } from "./filter";
import classes from "./gallery.module.css";
import type { Wanted } from "./PictureCard";
import { PictureDialog } from "./PictureDialog";
import { GridSkeleton, PictureGrid, type GridHandle } from "./PictureGrid";
import type { Newest, Picture } from "./pictures";
import { useIsScrolledDown } from "./scrolling";
import type { Selection } from "./selection";
import type { useGalleryAddress } from "./useGalleryAddress";
import { useNewPictures, type usePictures } from "./usePictures";
import { useRevoke } from "./useRevoke";
import { Viewed } from "./Viewed";

/** The question that was answered gives the focus back first, to a card that is gone. */
const FOCUS_MS = 300;
const TOO_MANY = 429;
/** On top of what the refusal says, which is in whole seconds. */
const LATER_MS = 1_000;

interface Props {
  address: ReturnType<typeof useGalleryAddress>;
  listed: ReturnType<typeof usePictures>;
  slotNames: ReadonlyMap<string, string>;
  selection: Selection;
}

/** The pictures of one filter, and what lies over them: news, dialogs, the viewer. */
export function PictureList({ address, listed: { asked, pictures }, slotNames, selection }: Props) {
  const { t } = useTranslation("gallery");
  const grid = useRef<GridHandle>(null);
  const { viewedId, view, closeView } = address;
  const news = useNewPictures(address.filter, pictures, useIsScrolledDown() || selection.isOn || viewedId !== null);
  useFocusAfterView(viewedId, grid);

  const [wanted, setWanted] = useState<{ kind: Exclude<Wanted, "view">; picture: Picture } | null>(null);
  const askAndRevoke = useRevoke((gone) => {
    const at = pictures.findIndex(({ id }) => id === gone.id);
    const next = at === -1 ? undefined : (pictures[at + 1] ?? pictures[at - 1]);
    if (viewedId !== gone.id) setTimeout(() => next && grid.current?.focus(next.id), FOCUS_MS);
    else if (next) view(next.id);
    else closeView();
  });
  const want = useCallback((kind: Wanted, picture: Picture) => (kind === "view" ? view(picture.id) : setWanted({ kind, picture })), [view]);
  const revoke = (picture: Picture) => {
    setWanted(null);
    void askAndRevoke(picture);
  };
  const { toggle } = selection;
  const latest = useRef(pictures);
  useEffect(() => {
    latest.current = pictures;
  }, [pictures]);
  const onToggle = useCallback((id: string, isRange: boolean) => toggle(id, isRange, latest.current.map((picture) => picture.id)), [toggle]);
  const more = useLoadMore(asked);
  const inGrid = useMemo(() => ({ pictures, hasMore: asked.hasNextPage }), [pictures, asked.hasNextPage]);
  const slotName = (id: string) => slotNames.get(id) ?? id;

  if (!asked.data) return asked.isPending ? <GridSkeleton /> : <Failure error={asked.error} onRetry={() => void asked.refetch()} />;
  return (
    <>
      <News waiting={news.waiting} onShow={() => {
        news.show();
        window.scrollTo(0, 0);
      }} />
      {pictures.length === 0 ? <NothingHere address={address} /> : (
        <>
          <PictureGrid ref={grid} listed={inGrid} slotNames={slotNames} selection={selection} onNearEnd={more} onWant={want} onToggle={onToggle} />
          {asked.isFetchNextPageError && <Failure error={asked.error} onRetry={() => void asked.fetchNextPage()} />}
          {!asked.hasNextPage && <Text ta="center" pb={selection.isOn ? 160 : "md"}>{t("end", { count: pictures.length })}</Text>}
        </>
      )}
      {viewedId !== null && (
        <Viewed id={viewedId} pictures={pictures} slotName={slotName} onView={view} onNearEnd={more} onWant={want} onRevoke={revoke} onClose={closeView} />
      )}
      <PictureDialog wanted={wanted} slotName={slotName} onRevoke={revoke} onClose={() => setWanted(null)} />
    </>
  );
}

/** Gives what asks for the next page, always the same function. A page that was refused for too many requests is asked for again when it may be. */
function useLoadMore(asked: Props["listed"]["asked"]): () => void {
  const latest = useRef(asked);
  // before the list's own effects, which may ask at once
  useLayoutEffect(() => {
    latest.current = asked;
  });
  const { isFetchNextPageError, error, fetchNextPage } = asked;
  useEffect(() => {
    const { status, retryAfterSeconds } = asProblem(error);
    if (!isFetchNextPageError || status !== TOO_MANY) return undefined;
    const timer = setTimeout(() => void fetchNextPage(), (retryAfterSeconds ?? 0) * 1_000 + LATER_MS);
    return () => clearTimeout(timer);
  }, [isFetchNextPageError, error, fetchNextPage]);
  return useCallback(() => {
    const { hasNextPage, isFetching, isFetchNextPageError: isRefused, fetchNextPage: fetchNext } = latest.current;
    if (hasNextPage && !isFetching && !isRefused) void fetchNext();
  }, []);
}

/** The card of the picture that was viewed last gets the focus when the viewer is closed. */
function useFocusAfterView(viewedId: string | null, grid: React.RefObject<GridHandle | null>): void {
  const last = useRef(viewedId);
  useEffect(() => {
    if (viewedId === null && last.current !== null) grid.current?.focus(last.current);
    last.current = viewedId;
  }, [viewedId, grid]);
}

/** New pictures that were kept back, because the person looks at others. */
function News({ waiting, onShow }: { waiting: Newest | null; onShow: () => void }) {
  const { t } = useTranslation("gallery");
  return (
    <div className={classes.news} aria-live="polite">
      {waiting && (
        <Button radius="xl" leftSection={<IconArrowUp aria-hidden />} onClick={onShow}>
          {waiting.isGap ? t("news.many", { atLeast: waiting.fresh.length }) : t("news.some", { count: waiting.fresh.length })}
        </Button>
      )}
    </div>
  );
}

function NothingHere({ address }: { address: Props["address"] }) {
  const { t } = useTranslation("gallery");
  const isFiltered = useMemo(() => askedFor(address.filter) > 0, [address.filter]);
  if (isFiltered) {
    return (
      <Empty title={t("nothing.title")} text={t("nothing.text")}>
        <Button onClick={() => address.change(NO_FILTER)}>{t("filter.clear")}</Button>
      </Empty>
    );
  }
  return (
    <Empty title={t("empty.title")} text={t("empty.text")}>
      <Button component={Link} to="/slots">
        {t("empty.do")}
      </Button>
    </Empty>
  );
}
