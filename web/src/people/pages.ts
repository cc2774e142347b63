/**
 * How the lists of the API are asked page by page: options of `$api.useInfiniteQuery`, which sends 0 for an undefined first
 * cursor and leaves null out.
 */
export const BY_CURSOR = {
  pageParamName: "cursor",
  initialPageParam: null,
  getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor,
} as const;

/** Everything that was loaded so far. */
export function itemsOf<Item>(data: { pages: { items: readonly Item[] }[] }): Item[] {
  return data.pages.flatMap((page) => [...page.items]);
}
