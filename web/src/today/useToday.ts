/** What the start page shows, asked again by itself and when something happens. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { $api, api } from "../api/client";
import { queryClient } from "../api/queryClient";
import { Problem } from "../api/problem";
import type { Schemas } from "../api/schema";
import { useRefresh } from "../jobs/refresh";
import type { Seen } from "./trafficLight";

/** How far the light looks back, and how many photos at most (what the API gives at once). */
export const RECENT_MINUTES = 15;
const RECENT_PHOTOS = 200;
/** An evening. */
export const EVENING_HOURS = 12;
const DEFAULT_WINDOW_SECONDS = 48;
const MINUTE_MS = 60_000;
const EVENING_KEY = ["today", "evening"];

/** Photos of booths of the last minutes, and whether there has ever been one. */
const recentQuery = queryOptions({
  queryKey: ["today", "recent"],
  queryFn: async ({ signal }) => {
    const since = new Date(Date.now() - RECENT_MINUTES * MINUTE_MS).toISOString();
    const jobs = await listed({ source: "ingest", since, limit: RECENT_PHOTOS }, signal);
    const isAnyThere = jobs.length > 0 || (await listed({ source: "ingest", limit: 1 }, signal)).length > 0;
    return { jobs, isAnyThere };
  },
  refetchInterval: 15_000,
});

/** Begins to ask for it before there is a page to show it. */
export function askForToday(): void {
  void queryClient.prefetchQuery(recentQuery);
  for (const path of ["/api/v1/slots", "/api/v1/providers", "/api/v1/quotas", "/api/v1/settings"] as const) {
    void queryClient.prefetchQuery($api.queryOptions("get", path, {}));
  }
}

/** Gives what the light is read from; null until everything is there. */
export function useSeen(): { seen: Seen | null; isFirstVisit: boolean; error: unknown; refetch: () => void } {
  useRefresh(recentQuery.queryKey, ["job"], 400);
  const recent = useQuery(recentQuery);
  const slots = $api.useQuery("get", "/api/v1/slots", {}, { refetchInterval: 15_000 });
  const providers = $api.useQuery("get", "/api/v1/providers", {}, { refetchInterval: 10_000 });
  const quotas = $api.useQuery("get", "/api/v1/quotas", {}, { refetchInterval: 30_000 });
  const settings = $api.useQuery("get", "/api/v1/settings", {}, { staleTime: MINUTE_MS });
  useRefresh(["get", "/api/v1/providers"], ["provider"], 200);
  const all = [recent, slots, providers, quotas, settings];
  const refetch = () => {
    for (const asked of all) void asked.refetch();
  };
  const error = all.find((asked) => asked.data === undefined && asked.error)?.error ?? null;
  if (!recent.data || !slots.data || !providers.data || !quotas.data || !settings.data) return { seen: null, isFirstVisit: false, error, refetch };
  const seen = {
    jobs: recent.data.jobs, slots: slots.data.items, providers: providers.data.items, quotas: quotas.data.quotas,
    usualWindowSeconds: settings.data.sync_response_seconds ?? DEFAULT_WINDOW_SECONDS, now: Date.parse(quotas.data.at),
  };
  return { seen, isFirstVisit: !recent.data.isAnyThere, error, refetch };
}

async function listed(query: { source: "ingest"; since?: string; limit: number }, signal: AbortSignal): Promise<Schemas["JobSummary"][]> {
  const { data, response } = await api.GET("/api/v1/jobs", { params: { query }, signal });
  if (!data) throw new Problem("unreadable_answer", `HTTP ${response.status}`);
  return data.items;
}

/** The last hours: counts, failures, and the same hour by hour. */
export function useEvening() {
  useRefresh(EVENING_KEY, ["job"], 5_000);
  return useQuery({
    queryKey: EVENING_KEY,
    queryFn: async ({ signal }) => {
      const to = Date.now();
      const from = new Date(to - EVENING_HOURS * 60 * MINUTE_MS).toISOString();
      const asked = { params: { query: { from, to: new Date(to).toISOString() } }, signal };
      const [sums, series] = await Promise.all([api.GET("/api/v1/statistics", asked), api.GET("/api/v1/statistics/series", asked)]);
      if (!sums.data || !series.data) throw new Problem("unreadable_answer", `HTTP ${sums.response.status}`);
      return { since: from, sums: sums.data, points: series.data.points };
    },
    refetchInterval: 60_000,
  });
}
