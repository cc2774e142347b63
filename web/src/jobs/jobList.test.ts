import { describe, expect, it } from "vitest";

import type { Schemas } from "../api/schema";
import { listAfter, NOTHING, waitingCount, type Happening, type JobList } from "./jobList";

type Job = Schemas["JobSummary"];

/** Photo number `n`; the higher, the newer. */
const job = (n: number, changes: Partial<Job> = {}): Job =>
  ({ id: `job-${n}`, created_at: new Date(Date.UTC(2026, 4, 9, 20, 0, n)).toISOString(), status: "processing", failure_reason: null, finalized_at: null, ...changes }) as Job;
const page = (numbers: number[], cursor: string | null = null) => ({ items: numbers.map((n) => job(n)), next_cursor: cursor });
const after = (...happenings: Happening[]): JobList => happenings.reduce(listAfter, NOTHING);
const ids = (list: JobList) => list.rows.map(({ id }) => Number(id.slice(4)));

describe("the list of photos", () => {
  it("puts new ones on top for somebody who is there", () => {
    const list = after({ kind: "newest", page: page([3, 2, 1]), isAtTop: true }, { kind: "newest", page: page([4, 3, 2]), isAtTop: true });
    expect(ids(list)).toEqual([4, 3, 2]);
    expect(waitingCount(list)).toBe(0);
  });

  it("lets those go that its filter no longer fits", () => {
    expect(ids(after({ kind: "newest", page: page([3, 2, 1]), isAtTop: true }, { kind: "newest", page: page([3]), isAtTop: true }))).toEqual([3]);
  });

  it("keeps new ones back from somebody who reads further down, until they are wanted", () => {
    const waiting = after({ kind: "newest", page: page([3, 2]), isAtTop: true }, { kind: "newest", page: page([5, 4, 3, 2]), isAtTop: false });
    expect([ids(waiting), waitingCount(waiting)]).toEqual([[3, 2], 2]);
    expect(ids(listAfter(waiting, { kind: "shown" }))).toEqual([5, 4, 3, 2]);
  });

  it("keeps older pages when new ones come on top", () => {
    const list = after(
      { kind: "newest", page: page([4, 3], "c1"), isAtTop: true }, { kind: "older", page: page([2, 1]) }, { kind: "newest", page: page([5, 4], "c2"), isAtTop: true },
    );
    expect([ids(list), list.cursor]).toEqual([[5, 4, 3, 2, 1], null]);
  });

  it("begins anew when more came than one page holds, so that nothing is missing in between", () => {
    const read = after({ kind: "newest", page: page([2, 1]), isAtTop: true }, { kind: "newest", page: page([9, 8], "c"), isAtTop: false });
    expect([ids(read), waitingCount(read)]).toEqual([[2, 1], 2]);
    const list = listAfter(read, { kind: "shown" });
    expect([ids(list), list.cursor]).toEqual([[9, 8], "c"]);
  });

  it("shows what an event says of a photo at once, but not of one that has ended", () => {
    const event = { kind: "job", job_id: "job-1", status: "failed", reason: "timeout", provider: "gemini" } as const;
    const list = after({ kind: "newest", page: page([2, 1]), isAtTop: true }, { kind: "event", event });
    expect(list.rows[1]).toMatchObject({ status: "failed", failure_reason: "timeout", provider: "gemini" });
    const ended = { items: [job(1, { status: "done", finalized_at: "2026-05-09T20:00:09Z" })], next_cursor: null };
    expect(after({ kind: "newest", page: ended, isAtTop: true }, { kind: "event", event }).rows[0]?.status).toBe("done");
  });

  it("takes over what is new of a photo that it has", () => {
    const ended = { items: [job(2), job(1, { status: "done" })], next_cursor: null };
    const list = after({ kind: "newest", page: page([1, 0]), isAtTop: true }, { kind: "newest", page: ended, isAtTop: false });
    expect(list.rows[0]?.status).toBe("done");
  });
});
