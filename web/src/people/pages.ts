/** How the API's lists are asked page by page: options of `$api.useInfiniteQuery`. */
export const BY_CURSOR = {
  pageParamName: "cursor",
  initialPageParam: undefined,
  getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor,
} as const;

/** Everything that was loaded so far. */
export function itemsOf<Item>(data: { pages: { items: readonly Item[] }[] }): Item[] {
  return data.pages.flatMap((page) => [...page.items]);
}
