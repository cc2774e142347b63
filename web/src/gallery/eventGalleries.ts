/** The galleries that were opened for guests, as the API tells of them. */
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";

import { api } from "../api/client";
import type { Schemas } from "../api/schema";

export type EventGallery = Schemas["GalleryShown"];

const PAGE_GALLERIES = 20;
/** Somebody else may close one. */
const AGAIN_MS = 15_000;
const KEY = ["event-galleries"];

async function readPage(cursor: string | null, signal: AbortSignal) {
  const { data, response } = await api.GET("/api/v1/event-galleries", { params: { query: { limit: PAGE_GALLERIES, ...(cursor !== null && { cursor }) } }, signal });
  if (!data) throw new Error("a page of galleries without a body");
  const serverNow = Date.parse(response.headers.get("Date") ?? "");
  return { ...data, aheadMs: Number.isNaN(serverNow) ? 0 : serverNow - Date.now() };
}

/** `aheadMs`: how far the server's clock is ahead of this computer's, to a second. */
export function useEventGalleries() {
  const asked = useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) => readPage(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some(({ is_open }) => is_open)) ? AGAIN_MS : false),
  });
  const galleries = asked.data?.pages.flatMap(({ items }) => items) ?? [];
  return { asked, galleries, aheadMs: asked.data?.pages[0]?.aheadMs ?? 0 };
}

export function useReadGalleriesAgain(): () => void {
  const client = useQueryClient();
  return useCallback(() => void client.invalidateQueries({ queryKey: KEY }), [client]);
}

/** Milliseconds until a moment of the server's clock, every second; never below 0. `onOver` is told once they are over. */
export function useTimeLeft(until: string, aheadMs: number, onOver: () => void): number {
  const [now, setNow] = useState(Date.now);
  const left = Math.max(0, Date.parse(until) - now - aheadMs);
  const isOver = left === 0;
  useEffect(() => {
    if (isOver) onOver();
  }, [isOver, onOver]);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return left;
}

/** "14:59", "2:14:59". */
export function clockOf(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const short = `${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3_600 ? short : `${Math.floor(seconds / 3_600)}:${short}`;
}
