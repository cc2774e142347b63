import { queryOptions, useQuery } from "@tanstack/react-query";

import { api } from "../api/client";
import { Problem } from "../api/problem";
import type { Schemas } from "../api/schema";

const STEP_MS = 300_000;
const DAY_MS = 86_400_000;
const AGAIN_MS = 30_000;

const successQuery = queryOptions({
  queryKey: ["slots", "success"],
  queryFn: async ({ signal }) => {
    const end = Math.ceil(Date.now() / STEP_MS) * STEP_MS;
    const query = { from: new Date(end - DAY_MS).toISOString(), to: new Date(end).toISOString() };
    const { data, response } = await api.GET("/api/v1/statistics", { params: { query }, signal });
    if (!data) throw new Problem("unreadable_answer", `HTTP ${response.status}`);
    return data.slots;
  },
  staleTime: AGAIN_MS,
});

/** Asks again by itself, once for all slots of a page, which is not drawn again for it. */
export function useFreshSuccess(): void {
  useQuery({ ...successQuery, refetchInterval: AGAIN_MS, notifyOnChangeProps: [] });
}

/** How the slot did in the last 24 hours; undefined until that is known, or when it had no photos. */
export function useSuccess(slotId: string): Schemas["Row"] | undefined {
  return useQuery({ ...successQuery, select: (rows) => rows.find(({ id }) => id === slotId) }).data;
}
