/** The steps of a job, as the API tells them, as a waterfall shows them. */
import type { Schemas } from "../api/schema";
import type { Segment } from "./Waterfall";

const COLORS: Record<string, string> = { queue: "orange", provider: "booth", store: "teal", wait: "yellow" };

/**
 * Gives the segments of `job.waterfall`; `nameOf` says a step in words (`useReasonText().step`).
 *
 * The answer has no end in the job; steps shorter than a millisecond are left out, but for the answer.
 */
export function segmentsOf(steps: readonly Schemas["StepShown"][], nameOf: (kind: string) => string): Segment[] {
  const several = new Set(steps.map(({ attempt }) => attempt)).size > 2;
  return steps
    .filter((step) => step.ends_ms === null || step.ends_ms > step.starts_ms)
    .map((step, place) => {
      const who = step.kind === "provider" && step.provider ? `: ${step.provider}` : "";
      const number = several && step.attempt ? ` (${step.attempt})` : "";
      return {
        key: `${place} ${step.kind}`,
        label: `${nameOf(step.kind)}${who}${number}`,
        startMs: step.starts_ms,
        lengthMs: step.ends_ms === null ? null : step.ends_ms - step.starts_ms,
        color: COLORS[step.kind] ?? "gray",
      };
    });
}

/** How long the photo has taken so far: up to its last known moment. */
export function knownMs(steps: readonly Schemas["StepShown"][]): number {
  return Math.max(0, ...steps.map((step) => step.ends_ms ?? step.starts_ms));
}
