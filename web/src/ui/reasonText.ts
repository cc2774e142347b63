import { useTranslation } from "react-i18next";

/** Codes of the API's answers that stand for a reason of another name. */
const REASON_OF_CODE: Record<string, string> = { sync_timeout: "timeout", job_cancelled: "cancelled" };

/**
 * Says why a photo did not come back, in the words of `reasons.json`.
 *
 * A reason is a job's `failure_reason`, or the `code` that its booth got; what is not known gets a sentence too.
 */
export function useReasonText() {
  const { t } = useTranslation("reasons");
  const told = (reason: string, part: "name" | "what" | "do") => t([`reason.${REASON_OF_CODE[reason] ?? reason}.${part}`, `reason.unknown.${part}`]);
  return {
    /** Two or three words, for tables and charts. */
    name: (reason: string) => told(reason, "name"),
    /** What happened; `detail` is the job's `failure_detail`, which of a time-out says how far it came. */
    what: (reason: string, detail = "") => {
      const what = told(reason, "what");
      return reason === "timeout" && isStage(detail) ? `${what} ${t(`stage.${detail}`)}` : what;
    },
    whatToDo: (reason: string) => told(reason, "do"),
    /** How one attempt at a provider ended. */
    outcome: (outcome: string) => t([`outcome.${outcome}`, "outcome.unknown"]),
    /** A step of a photo's way, as `waterfall` of a job names it. */
    step: (kind: string) => t([`step.${kind}`, "step.unknown"]),
  };
}

const STAGES: ReadonlySet<string> = new Set(["not_started", "running", "between_calls"]);

/** Says whether a job's `failure_detail` is the stage of its time-out, and no words of a provider. */
export function isStage(detail: string): boolean {
  return STAGES.has(detail);
}
