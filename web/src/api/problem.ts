/** What went wrong with a request, in the terms of the API. */
import type { ProblemBody, Schemas } from "./schema";

/** Codes of our own, for what has no answer of the API: no connection, an answer that is none of the API's. */
export type ProblemCode = ProblemBody["code"] | "offline" | "unreadable_answer";

/**
 * A field that was refused: `pointer` as in the request's body, e.g. `/limits/0/value`; what is wrong by its code and bounds
 * (`useFaultText` says it), and in the API's own words. A warning may be saved all the same, by whoever says so.
 */
export type FieldFault = Schemas["Fault"];

export interface Conflict {
  reason: Schemas["ConflictReason"];
  count: number | null;
  subject: string | null;
}

export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly faults: readonly FieldFault[] = [],
    readonly retryAfterSeconds: number | null = null,
    /** With 412: what is there now, and its version. */
    readonly current: { body: unknown; etag: string } | null = null,
    readonly status = 0,
    /** With a `conflict`: why, and how many or which are in the way. */
    readonly conflict: Conflict | null = null,
  ) {
    super(`${code}: ${detail}`);
    this.name = "Problem";
  }
}

/** Makes the problem that an error answer tells of; anything unexpected is `unreadable_answer`. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = await bodyOf(response);
  if (body === null) {
    return new Problem("unreadable_answer", `HTTP ${response.status}`, [], null, null, response.status);
  }
  const current = body.etag ? { body: body.current, etag: body.etag } : null;
  const conflict = body.reason ? { reason: body.reason, count: body.count ?? null, subject: body.subject ?? null } : null;
  return new Problem(body.code, body.detail, body.errors ?? [], body.retry_after ?? null, current, response.status, conflict);
}

/** Makes a problem of whatever was thrown: a failed `fetch` is a lost connection. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof TypeError) return new Problem("offline", thrown.message);
  return new Problem("unreadable_answer", thrown instanceof Error ? thrown.message : String(thrown));
}

async function bodyOf(response: Response): Promise<ProblemBody | null> {
  if (!response.headers.get("Content-Type")?.startsWith("application/problem+json")) return null;
  try {
    return (await response.json()) as ProblemBody;
  } catch {
    return null;
  }
}
