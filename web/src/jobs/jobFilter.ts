/** What the list of photos is cut down to, as the page's address says it. */
import type { Schemas } from "../api/schema";

export const STATUSES = ["pending", "processing", "done", "failed", "timeout", "cancelled"] as const satisfies readonly Schemas["JobStatus"][];
export const REASONS = [
  "timeout", "provider_error", "provider_refused", "provider_unavailable", "bad_output", "storage_unavailable", "no_time_left", "cancelled", "internal",
] as const satisfies readonly Schemas["FailureReason"][];
export const SOURCES = ["ingest", "test_run"] as const satisfies readonly Schemas["JobSource"][];

/** Of the address: `slot`, `booth`, `status`, `reason`, `source`, `id`, `since`, `until`. */
export type FilterName = "slot" | "booth" | "status" | "reason" | "source" | "id" | "since" | "until";

/** As the API takes it; what is left out does not matter. */
export interface JobFilter {
  slot_id?: string;
  booth?: string;
  status?: Schemas["JobStatus"];
  reason?: Schemas["FailureReason"];
  source?: Schemas["JobSource"];
  id?: string;
  since?: string;
  until?: string;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SLOT = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const MAX_BOOTH_CHARS = 256;

/** Reads the address; what the API would refuse is left out. */
export function filterOf(address: URLSearchParams): JobFilter {
  const text = (name: FilterName, isFine: (value: string) => boolean) => {
    const value = address.get(name);
    return value !== null && isFine(value) ? value : undefined;
  };
  const read = {
    slot_id: text("slot", (value) => SLOT.test(value)),
    booth: text("booth", (value) => value.length > 0 && value.length <= MAX_BOOTH_CHARS),
    status: STATUSES.find((status) => status === address.get("status")),
    reason: REASONS.find((reason) => reason === address.get("reason")),
    source: SOURCES.find((source) => source === address.get("source")),
    id: text("id", isId),
    since: text("since", isMoment),
    until: text("until", isMoment),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as JobFilter;
}

/** Gives the address with one filter set, or taken out. */
export function withFilter(address: URLSearchParams, name: FilterName, value: string | null): URLSearchParams {
  const changed = new URLSearchParams(address);
  if (value === null || value === "") changed.delete(name);
  else changed.set(name, value);
  return changed;
}

/** Whether it is a photo's whole number. */
export function isId(value: string): boolean {
  return ID.test(value);
}

function isMoment(value: string): boolean {
  return !Number.isNaN(Date.parse(value)) && value.endsWith("Z");
}

/** Gives what a `datetime-local` field shows of a moment, in the browser's time zone. */
export function localOf(iso: string | null): string {
  if (iso === null || !isMoment(iso)) return "";
  const date = new Date(iso);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** Gives the moment that a `datetime-local` field says; null for an empty one. */
export function momentOf(local: string): string | null {
  const date = new Date(local);
  return local === "" || Number.isNaN(date.getTime()) ? null : date.toISOString();
}
