import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { $api } from "../../api/client";
import { useLiveEvents } from "../../api/events";
import type { LetterQuery } from "./filters";

const PATHS = "/api/v1/dead-letters";
const PAGE = 50;

/** Gives the letters page by page, newest first. */
export function useLetters(query: LetterQuery) {
  return $api.useInfiniteQuery(
    "get",
    PATHS,
    { params: { query: { limit: PAGE, ...query } } },
    { pageParamName: "cursor", initialPageParam: null, getNextPageParam: (last: { next_cursor: string | null }) => last.next_cursor ?? undefined },
  );
}

/** Asks again for whatever is shown of dead letters. */
export function useRefreshLetters(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith(PATHS) });
}

/** Counts the letters that came since the list was last read: nothing moves under somebody's hand by itself. */
export function useNewLetters(isEmpty: boolean): { count: number; show: () => void } {
  const [count, setCount] = useState(0);
  const refresh = useRefreshLetters();
  const show = () => {
    setCount(0);
    void refresh();
  };
  useLiveEvents(({ kind }) => {
    if (kind === "reset" || (kind === "dead_letter" && isEmpty)) show();
    else if (kind === "dead_letter") setCount((before) => before + 1);
  });
  return { count, show };
}
