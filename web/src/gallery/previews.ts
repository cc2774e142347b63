/**
 * Small copies of pictures, for cards that come and go while somebody scrolls.
 *
 * The API lets no browser keep them (a revoked picture is gone), and counts each against the session's requests: so
 * what is scrolled past quickly is not asked for, and what was seen lately is kept here.
 */
import { useEffect, useState } from "react";

import { api } from "../api/client";
import { asProblem } from "../api/problem";

/** About 40 kB each. */
const KEPT = 500;
/** A card that is gone before was only scrolled past. */
const SETTLED_MS = 120;
const AGAIN_MS = 3_000;

/** Refusals that another try does not change. */
const LASTING = new Set([403, 404, 410, 422]);

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

async function load(id: string, signal: AbortSignal): Promise<string> {
  const { data } = await api.GET("/api/v1/results/{id}/preview", { params: { path: { id } }, parseAs: "blob", signal });
  return keep(id, data as unknown as Blob);
}

export interface Preview {
  /** An address that is there while the page is; null until then. */
  url: string | null;
  /** Revoked or expired: there will be none. */
  isGone: boolean;
}

const NONE_YET: Preview = { url: null, isGone: false };

/** Gives the preview of a picture; asks again for one that cannot be had just now. */
export function usePreview(id: string): Preview {
  const [preview, setPreview] = useState<Preview>(() => ({ ...NONE_YET, url: lately(id) ?? null }));
  const isThere = preview.url !== null;
  useEffect(() => {
    if (isThere) return undefined;
    const left = new AbortController();
    const ask = () =>
      load(id, left.signal).then(
        (url) => setPreview({ url, isGone: false }),
        (error: unknown) => {
          if (left.signal.aborted) return;
          const { status, retryAfterSeconds } = asProblem(error);
          if (LASTING.has(status)) setPreview({ url: null, isGone: true });
          else timer = setTimeout(() => void ask(), Math.max((retryAfterSeconds ?? 0) * 1_000, AGAIN_MS));
        },
      );
    let timer = setTimeout(() => void ask(), SETTLED_MS);
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, [id, isThere]);
  return preview;
}
