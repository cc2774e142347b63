/**
 * Small copies of pictures, for cards that come and go while somebody scrolls.
 *
 * The API lets no browser keep them (a revoked picture is gone), and counts each against the session's requests: so
 * what is scrolled past quickly is not asked for, and what was seen lately is kept here.
 */
import { useEffect, useState } from "react";

import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { gapFor, leftOf, Turns } from "./turns";

/** About 40 kB each. */
const KEPT = 500;
/** A card that is gone before was only scrolled past. */
const SETTLED_MS = 120;
/** Faster scrolling than so many pixels a millisecond is no looking: nothing is asked for until it has been slower for a while. */
const [FAST, SLOWER_MS] = [2, 150];
const AGAIN_MS = 3_000;
/** Of the six connections of a browser to one address; the list's next page finds one free. */
const AT_ONCE = 3;

const TOO_MANY = 429;
/** Refusals that another try does not change. */
const LASTING = new Set([403, 404, 410, 422]);

const turns = new Turns(AT_ONCE);
const kept = new Map<string, string>();

function lately(id: string): string | undefined {
  const url = kept.get(id);
  if (url === undefined) return undefined;
  kept.delete(id);
  kept.set(id, url);
  return url;
}

function keep(id: string, copy: Blob): string {
  const url = URL.createObjectURL(copy);
  kept.set(id, url);
  for (const [oldest, oldestUrl] of kept) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
    URL.revokeObjectURL(oldestUrl);
  }
  return url;
}

/** Gives the address of the small copy; what was begun is finished and kept, also when its card is gone meanwhile. */
async function load(id: string): Promise<string> {
  const url = lately(id);
  if (url !== undefined) return url;
  const { data, response } = await api.GET("/api/v1/results/{id}/preview", { params: { path: { id } }, parseAs: "blob" });
  const left = leftOf(response.headers);
  if (left) turns.spread(gapFor(left));
  return keep(id, data as unknown as Blob);
}

export interface Preview {
  /** An address that is there while the page is; null until then. */
  url: string | null;
  /** Revoked or expired: there will be none. */
  isGone: boolean;
}

const NONE_YET: Preview = { url: null, isGone: false };

/** Keeps previews from being asked for while somebody scrolls fast: they would be gone before they came. */
export function useNoneWhileFast(): void {
  useEffect(() => {
    let [y, at] = [window.scrollY, performance.now()];
    const look = ({ timeStamp }: Event) => {
      const [distance, ms] = [Math.abs(window.scrollY - y), timeStamp - at];
      [y, at] = [window.scrollY, timeStamp];
      if (distance > FAST * ms) turns.hold(SLOWER_MS);
    };
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, []);
}

/** Gives the preview of a picture; asks again for one that cannot be had just now. */
export function usePreview(id: string): Preview {
  const [preview, setPreview] = useState<Preview>(() => ({ ...NONE_YET, url: lately(id) ?? null }));
  const isThere = preview.url !== null;
  useEffect(() => {
    if (isThere) return undefined;
    let isLeft = false;
    const show = (found: Preview) => {
      if (!isLeft) setPreview(found);
    };
    const ask = async () => {
      try {
        show({ url: await load(id), isGone: false });
      } catch (error) {
        const { status, retryAfterSeconds } = asProblem(error);
        const wait = Math.max((retryAfterSeconds ?? 0) * 1_000, AGAIN_MS);
        if (status === TOO_MANY) turns.hold(wait);
        if (LASTING.has(status)) show({ url: null, isGone: true });
        else if (!isLeft) timer = setTimeout(queue, wait);
      }
    };
    let takeBack = () => {};
    const queue = () => {
      takeBack = turns.take(ask);
    };
    let timer = setTimeout(queue, SETTLED_MS);
    return () => {
      isLeft = true;
      clearTimeout(timer);
      takeBack();
    };
  }, [id, isThere]);
  return preview;
}
