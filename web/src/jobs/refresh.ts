import { useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { useLiveEvents, type EventKind } from "../api/events";

/** Asks again for what begins with `queryKey` when events of these kinds come, at most once in `everyMs`. */
export function useRefresh(queryKey: QueryKey, kinds: readonly EventKind[], everyMs: number): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLiveEvents(({ kind }) => {
    if (timer.current !== undefined || !(kind === "reset" || kinds.includes(kind))) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      void client.invalidateQueries({ queryKey });
    }, everyMs);
  });
}
