import type { Problem } from "../api/problem";

/** Gives what the API says of one field of the request's body; undefined: nothing. */
export function faultAt(problem: Problem | null, pointer: string): string | undefined {
  return problem?.faults.find((fault) => fault.pointer === pointer)?.detail;
}
