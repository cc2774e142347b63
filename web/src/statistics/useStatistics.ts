import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { $api, api } from "../api/client";
import { Problem } from "../api/problem";
import type { Schemas } from "../api/schema";
import { boundsOf, faultOf, type Scope, type TimeSpan } from "./timeSpan";

export interface Counted {
  /** What was asked for, to be asked for again as a file. */
  bounds: { from: string; to: string };
  sums: Schemas["Statistics"];
  series: Schemas["Series"];
  calls: Schemas["CallStatistics"];
}

/** Of a time that ends now, as often as somebody looks at it. */
const AGAIN_MS = 30_000;

/** Asks for everything about a time and a slot or provider, with one `to` for all of it. */
export function useStatistics(span: TimeSpan, scope: Scope) {
  return useQuery({
    queryKey: ["statistics", span, scope],
    queryFn: async ({ signal }): Promise<Counted> => {
      const bounds = boundsOf(span, Date.now());
      const ofScope = { ...(scope.slotId && { slot_id: scope.slotId }), ...(scope.provider && { provider: scope.provider }) };
      const ofSlot = scope.slotId ? { slot_id: scope.slotId } : {};
      const [sums, series, calls] = await Promise.all([
        api.GET("/api/v1/statistics", { params: { query: bounds }, signal }),
        api.GET("/api/v1/statistics/series", { params: { query: { ...bounds, ...ofScope } }, signal }),
        api.GET("/api/v1/statistics/calls", { params: { query: { ...bounds, ...ofSlot } }, signal }),
      ]);
      if (!sums.data || !series.data || !calls.data) throw new Problem("unreadable_answer", `HTTP ${sums.response.status}`);
      return { bounds, sums: sums.data, series: series.data, calls: calls.data };
    },
    enabled: faultOf(span) === null,
    refetchInterval: "preset" in span ? AGAIN_MS : false,
    placeholderData: keepPreviousData,
  });
}

/** Gives slots and providers by the names that people know. */
export function useNames(): { slots: ReadonlyMap<string, string>; providers: ReadonlyMap<string, string> } {
  const slots = $api.useQuery("get", "/api/v1/slots", {}, { staleTime: 60_000 });
  const providers = $api.useQuery("get", "/api/v1/providers", {}, { staleTime: 60_000 });
  return {
    slots: new Map(slots.data?.items.map(({ id, name }) => [id, name])),
    providers: new Map(providers.data?.items.map(({ manifest }) => [manifest.name, manifest.title])),
  };
}
