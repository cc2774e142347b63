import { useQuery, useQueryClient } from "@tanstack/react-query";

import { $api, api } from "../api/client";
import { useLiveEvents } from "../api/events";
import { Problem } from "../api/problem";

const PATHS = "/api/v1/providers";
const OFTEN_MS = 15_000;
const SELDOM_MS = 30_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Asks again for whatever is shown of providers. */
export function useRefreshProviders(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith(PATHS) });
}

/** Refreshes what is shown of providers as soon as one of them is better or worse. */
export function useProviderNews(): void {
  const refresh = useRefreshProviders();
  useLiveEvents(({ kind }) => {
    if (kind === "provider" || kind === "reset") refresh();
  });
}

export function useProviders() {
  return $api.useQuery("get", PATHS, {}, { refetchInterval: OFTEN_MS });
}

/** Gives a provider with the version of its limits. */
export function useProvider(name: string) {
  return useQuery({
    queryKey: ["get", `${PATHS}/{name}`, name],
    queryFn: async ({ signal }) => {
      const { data, response } = await api.GET("/api/v1/providers/{name}", { params: { path: { name } }, signal });
      if (!data) throw new Problem("unreadable_answer", `HTTP ${response.status}`);
      return { provider: data, etag: response.headers.get("ETag") ?? "" };
    },
    refetchInterval: OFTEN_MS,
  });
}

/** Gives the limits of all providers and what is used of them, without the slots' own. */
export function useQuotas() {
  return $api.useQuery("get", "/api/v1/quotas", {}, { refetchInterval: SELDOM_MS });
}

/** Gives how the photos of the last hour went, provider by provider. */
export function useLastHour() {
  const to = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
  const query = { from: new Date(to - HOUR_MS).toISOString(), to: new Date(to).toISOString() };
  return $api.useQuery("get", "/api/v1/statistics", { params: { query } }, { refetchInterval: SELDOM_MS, placeholderData: (before) => before });
}
