/** The list of pictures that the page has, and what new and revoked ones make of it. */
import type { InfiniteData } from "@tanstack/react-query";

import type { Schemas } from "../api/schema";

export type Picture = Schemas["ResultShown"];
export type PicturePage = Schemas["ResultPage"];
export type Loaded = InfiniteData<PicturePage, string | null>;

/** The newest page as it is now, and which of its pictures are new to us. */
export interface Newest {
  page: PicturePage;
  fresh: readonly Picture[];
  /** There are more new pictures than the page holds. */
  isGap: boolean;
}

export function newestOf(page: PicturePage, known: readonly Picture[]): Newest {
  const ids = new Set(known.map(({ id }) => id));
  const fresh = page.items.filter(({ id }) => !ids.has(id));
  return { page, fresh, isGap: known.length > 0 && page.next_cursor !== null && fresh.length === page.items.length };
}

/** Puts new pictures in their places; with a gap the list begins anew with them. */
export function withNewest(loaded: Loaded, { page, fresh, isGap }: Newest): Loaded {
  if (isGap) return { pages: [page], pageParams: [null] };
  const items = itemsOf(loaded);
  const ids = new Set(items.map(({ id }) => id));
  const added = fresh.filter(({ id }) => !ids.has(id));
  return asOnePage(loaded, [...items, ...added].toSorted(newestFirst));
}

export function without(loaded: Loaded, id: string): Loaded {
  return asOnePage(loaded, itemsOf(loaded).filter((picture) => picture.id !== id));
}

export function itemsOf(loaded: Pick<Loaded, "pages"> | undefined): readonly Picture[] {
  if (loaded?.pages.length === 1) return loaded.pages[0]?.items ?? [];
  return loaded?.pages.flatMap(({ items }) => items) ?? [];
}

/** Pages are never asked for again, so that it is enough to know where the next one begins. */
function asOnePage(loaded: Loaded, items: Picture[]): Loaded {
  return { pages: [{ items, next_cursor: loaded.pages.at(-1)?.next_cursor ?? null }], pageParams: [null] };
}

/** The order of the API: `created_at`, then `id`. */
function newestFirst(one: Picture, other: Picture): number {
  return Date.parse(other.created_at) - Date.parse(one.created_at) || (one.id < other.id ? 1 : -1);
}
