/** What the gallery shows, as its address says it: `/gallery?slot=…&booth=…&from=…&to=…&job=…&tests=1`. */
import type { paths } from "../api/schema";

export interface GalleryFilter {
  /** Each "" if it is not asked for. */
  slotId: string;
  booth: string;
  /** ISO 8601, UTC. */
  since: string;
  until: string;
  jobId: string;
  hasTestRuns: boolean;
}

type Query = NonNullable<paths["/api/v1/results"]["get"]["parameters"]["query"]>;
export type FilterQuery = Omit<Query, "limit" | "cursor">;

const NAMES = { slotId: "slot", booth: "booth", since: "from", until: "to", jobId: "job" } as const;
const TEST_RUNS = "tests";
const WHOLE_ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/;

export function filterOf(address: URLSearchParams): GalleryFilter {
  const text = (name: keyof typeof NAMES) => address.get(NAMES[name]) ?? "";
  return { slotId: text("slotId"), booth: text("booth"), since: text("since"), until: text("until"), jobId: text("jobId"), hasTestRuns: address.get(TEST_RUNS) === "1" };
}

/** Gives the address with the filter changed; everything else in it stays. */
export function withFilter(address: URLSearchParams, change: Partial<GalleryFilter>): URLSearchParams {
  const next = { ...filterOf(address), ...change };
  const changed = new URLSearchParams(address);
  const set = (name: string, value: string) => (value ? changed.set(name, value) : changed.delete(name));
  for (const key of Object.keys(NAMES) as (keyof typeof NAMES)[]) set(NAMES[key], next[key]);
  set(TEST_RUNS, next.hasTestRuns ? "1" : "");
  return changed;
}

export const NO_FILTER: GalleryFilter = { slotId: "", booth: "", since: "", until: "", jobId: "", hasTestRuns: false };

/** How many things are asked for, the slot and the test runs too. */
export function askedFor(filter: GalleryFilter): number {
  return Object.values(filter).filter(Boolean).length;
}

export function queryOf(filter: GalleryFilter): FilterQuery {
  return {
    ...(filter.slotId && { slot_id: filter.slotId }),
    ...(filter.booth && { booth: filter.booth }),
    ...(filter.since && { since: filter.since }),
    ...(filter.until && { until: filter.until }),
    ...(filter.jobId && { id: filter.jobId }),
    ...(filter.hasTestRuns && { include_test_runs: true }),
  };
}

/** Finds the whole id of a photo in what somebody pasted: a page's address, a line of a log, a file's name; the API finds none by a part of it. */
export function idIn(text: string): string | null {
  return WHOLE_ID.exec(text.toLowerCase())?.[0] ?? null;
}

/** The value of an `<input type="datetime-local">` for a moment, in the browser's time zone; "" for none. */
export function localOf(iso: string): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return "";
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The moment that such an input says; "" for none. */
export function momentOf(local: string): string {
  const moment = new Date(local);
  return Number.isNaN(moment.getTime()) ? "" : moment.toISOString();
}
