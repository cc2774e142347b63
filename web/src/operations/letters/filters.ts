/** Which dead letters are shown: kept in the address, so that a link shows the same ones. */
import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "react-router-dom";

import type { Schemas } from "../../api/schema";

export type Reason = Schemas["DeathReason"];

export const REASONS: readonly Reason[] = ["unreadable", "rejected", "delivery_limit", "expired", "maxlen", "unknown"];
/** How far back, in hours. */
export const PERIODS = { hour: 1, day: 24, week: 168 } as const;

const FIELDS = ["reason", "queue", "job_id", "period", "replayed"] as const;
const MINUTE_MS = 60_000;

export type FilterField = (typeof FIELDS)[number];
export type Filters = Record<FilterField, string>;

/** What the API is asked with; a field that narrows nothing is left out. */
export interface LetterQuery {
  reason?: Reason;
  queue?: string;
  job_id?: string;
  since?: string;
  is_replayed?: boolean;
}

export function useLetterFilters() {
  const [params, setParams] = useSearchParams();
  const filters = Object.fromEntries(FIELDS.map((field) => [field, params.get(field) ?? ""])) as Filters;
  const change = useCallback(
    (changes: Partial<Filters>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [field, value] of Object.entries(changes)) {
            if (value) after.set(field, value);
            else after.delete(field);
          }
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  const { reason, queue, job_id, period, replayed } = filters;
  // taken once: else every look would be another question
  const [now] = useState(Date.now);
  const query = useMemo(() => queryOf({ reason, queue, job_id, period, replayed }, now), [reason, queue, job_id, period, replayed, now]);
  const clear = () => change(Object.fromEntries(FIELDS.map((field) => [field, ""])));
  return { filters, query, change, clear, isNarrowed: FIELDS.some((field) => filters[field] !== "") };
}

/** Makes the question of what stands in the address; what means nothing is ignored. */
export function queryOf(filters: Filters, now: number): LetterQuery {
  const query: LetterQuery = {};
  const reason = REASONS.find((known) => known === filters.reason);
  if (reason) query.reason = reason;
  if (filters.queue) query.queue = filters.queue;
  if (filters.job_id) query.job_id = filters.job_id;
  const hours = PERIODS[filters.period as keyof typeof PERIODS];
  if (hours) query.since = new Date(Math.floor(now / MINUTE_MS) * MINUTE_MS - hours * 60 * MINUTE_MS).toISOString();
  if (filters.replayed === "yes" || filters.replayed === "no") query.is_replayed = filters.replayed === "yes";
  return query;
}
