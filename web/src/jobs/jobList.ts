/** A long list of photos, newest first, that grows at both ends without moving what somebody reads. */
import type { LiveEvent } from "../api/events";
import type { Schemas } from "../api/schema";

type Job = Schemas["JobSummary"];
type JobPage = Schemas["JobPage"];

export interface JobList {
  rows: readonly Job[];
  /** Where the older ones begin; null: there are none. */
  cursor: string | null;
  /** Whether older pages were asked for: then they are kept. */
  hasOlder: boolean;
  /** New ones that wait until somebody wants to see them. */
  waiting: readonly Job[];
  /** Not null: more came than one page holds, so that what waits takes the place of the whole list. */
  replacedBy: JobPage | null;
}

export type Happening =
  | { kind: "newest"; page: JobPage; isAtTop: boolean }
  | { kind: "older"; page: JobPage }
  | { kind: "event"; event: LiveEvent }
  | { kind: "shown" };

/** What a list is before its first answer. */
export const NOTHING: JobList = { rows: [], cursor: null, hasOlder: false, waiting: [], replacedBy: null };

export function listAfter(list: JobList, happening: Happening): JobList {
  switch (happening.kind) {
    case "newest":
      return withNewest(list, happening.page, happening.isAtTop);
    case "older":
      return { ...list, rows: unique([...list.rows, ...happening.page.items]), cursor: happening.page.next_cursor, hasOlder: true };
    case "event":
      return { ...list, rows: list.rows.map((row) => afterEvent(row, happening.event)) };
    case "shown":
      return shown(list);
  }
}

/** How many wait to be shown. */
export function waitingCount({ waiting, replacedBy }: JobList): number {
  return replacedBy ? replacedBy.items.length : waiting.length;
}

function withNewest(list: JobList, page: JobPage, isAtTop: boolean): JobList {
  const top = list.rows[0];
  if (!top || (isAtTop && !list.hasOlder)) return begunWith(page);
  const known = new Map(page.items.map((job) => [job.id, job]));
  const rows = list.rows.map((row) => known.get(row.id) ?? row);
  const newer = page.items.filter((job) => isNewer(job, top));
  const hasGap = newer.length === page.items.length && page.next_cursor !== null;
  if (hasGap) return isAtTop ? begunWith(page) : { ...list, rows, waiting: [], replacedBy: page };
  if (isAtTop) return { ...list, rows: unique([...newer, ...rows]), waiting: [], replacedBy: null };
  return { ...list, rows, waiting: newer, replacedBy: null };
}

function begunWith({ items, next_cursor: cursor }: JobPage): JobList {
  return { ...NOTHING, rows: items, cursor };
}

function shown(list: JobList): JobList {
  const { waiting, replacedBy } = list;
  if (replacedBy) return begunWith(replacedBy);
  return { ...list, rows: unique([...waiting, ...list.rows]), waiting: [] };
}

/** What an event says of a photo is shown at once; the rest comes with the next answer. */
function afterEvent(row: Job, { job_id: id, status, reason, provider }: LiveEvent): Job {
  if (row.id !== id || row.finalized_at !== null || !status) return row;
  return { ...row, status: status as Job["status"], failure_reason: (reason ?? null) as Job["failure_reason"], provider: provider ?? row.provider };
}

function isNewer(a: Job, b: Job): boolean {
  const order = Date.parse(a.created_at) - Date.parse(b.created_at);
  return order > 0 || (order === 0 && a.id > b.id);
}

function unique(rows: readonly Job[]): Job[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}
