/** Reads the gallery page by page, and knows of new pictures as soon as they are there. */
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { api } from "../api/client";
import { useIsOffline } from "../api/connection";
import { useIsLive, useLiveEvents } from "../api/events";
import { queryOf, type GalleryFilter } from "./filter";
import { itemsOf, newestOf, without, withNewest, type Loaded, type Newest, type Picture } from "./pictures";

/** The first page is there soon; the others, which are asked for ahead, are as long as the API lets them be. */
const [FIRST_PICTURES, MORE_PICTURES] = [100, 200];
const NEWEST_PICTURES = 50;
/** Kept so long for whoever comes back to the page. */
const KEPT_MS = 15 * 60_000;
/** News of several pictures are asked for together, at most so often. */
const TOGETHER_MS = 50;
const EVERY_MS = 600;
/** Without live events. */
const POLL_MS = 10_000;

const ALL = ["gallery"] as const;
/** Revoked ones, which an answer that was on its way then still has. */
const forgotten = new Set<string>();

async function readPage(filter: GalleryFilter, cursor: string | null, limit: number, signal?: AbortSignal) {
  const query = { ...queryOf(filter), limit, ...(cursor !== null && { cursor }) };
  const { data } = await api.GET("/api/v1/results", { params: { query }, ...(signal && { signal }) });
  if (!data) throw new Error("a page of results without a body");
  return { ...data, items: data.items.filter(({ id }) => !forgotten.has(id)) };
}

/** Pages are asked for once: asking again for hundreds would move what is looked at. News come by `useNewPictures`. */
export function usePictures(filter: GalleryFilter) {
  const asked = useInfiniteQuery({
    queryKey: [...ALL, filter],
    queryFn: ({ pageParam, signal }) => readPage(filter, pageParam, pageParam === null ? FIRST_PICTURES : MORE_PICTURES, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    staleTime: "static",
    gcTime: KEPT_MS,
    structuralSharing: false,
  });
  const pictures = useMemo(() => itemsOf(asked.data), [asked.data]);
  const isOffline = useIsOffline();
  const { isLoadingError, refetch } = asked;
  useEffect(() => {
    // what is never asked for again is not asked for when the connection is back either
    if (!isOffline && isLoadingError) void refetch();
    // oxlint-disable-next-line react/exhaustive-deps -- an error of another kind waits for the person
  }, [isOffline]);
  return { asked, pictures };
}

/** Takes a picture that is gone out of every list that the page has. */
export function useForget(): (id: string) => void {
  const client = useQueryClient();
  return useCallback(
    (id) => {
      forgotten.add(id);
      client.setQueriesData<Loaded>({ queryKey: ALL }, (loaded) => loaded && without(loaded, id));
    },
    [client],
  );
}

/**
 * Puts new pictures into the list by itself, or keeps them back while `isHeld`.
 *
 * `waiting` are those kept back; `show` puts them in. For one filter: another one needs a component of its own.
 */
export function useNewPictures(filter: GalleryFilter, pictures: readonly Picture[], isHeld: boolean) {
  const client = useQueryClient();
  const [waiting, setWaiting] = useState<Newest | null>(null);
  const known = useRef(pictures);
  useEffect(() => {
    known.current = pictures;
  }, [pictures]);

  const put = useCallback(
    (newest: Newest) => client.setQueryData<Loaded>([...ALL, filter], (loaded) => loaded && withNewest(loaded, newest)),
    [client, filter],
  );
  const ask = useCallback(
    async (signal: AbortSignal) => {
      if (!client.getQueryData([...ALL, filter])) return;
      const newest = newestOf(await readPage(filter, null, NEWEST_PICTURES, signal), known.current);
      if (newest.fresh.length > 0 && !signal.aborted) setWaiting(newest);
    },
    [client, filter],
  );
  useAskedOnNews(filter, ask);

  const show = useCallback(() => {
    if (waiting) put({ ...waiting, fresh: waiting.fresh.filter(({ id }) => !forgotten.has(id)) });
    setWaiting(null);
  }, [waiting, put]);
  useEffect(() => {
    // the list is the query client's: the state follows it
    // oxlint-disable-next-line react/set-state-in-effect
    if (!isHeld) show();
  }, [isHeld, show]);
  return { waiting, show };
}

/** Asks at once, and again after every event that may have brought a picture, one question at a time. */
function useAskedOnNews(filter: GalleryFilter, ask: (signal: AbortSignal) => Promise<void>): void {
  const news = useRef<() => void>(() => undefined);
  useEffect(() => {
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let [isAsking, isAskedAgain, lastAt] = [false, false, 0];
    const run = async () => {
      timer = undefined;
      [isAsking, isAskedAgain, lastAt] = [true, false, Date.now()];
      // what cannot be asked for now comes with the next event, or with the connection
      await ask(left.signal).catch(() => undefined);
      isAsking = false;
      if (isAskedAgain) news.current();
    };
    news.current = () => {
      if (isAsking) isAskedAgain = true;
      else if (!left.signal.aborted) timer ??= setTimeout(() => void run(), Math.max(TOGETHER_MS, lastAt + EVERY_MS - Date.now()));
    };
    news.current();
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, [ask]);

  useLiveEvents(({ kind, slot_id }) => {
    if (kind === "ready" || kind === "reset") news.current();
    if (kind === "result" && (!filter.slotId || !slot_id || slot_id === filter.slotId)) news.current();
  });
  const isLive = useIsLive();
  useEffect(() => {
    if (isLive) return undefined;
    const timer = setInterval(() => news.current(), POLL_MS);
    return () => clearInterval(timer);
  }, [isLive]);
}
