/** What a preflight found, put in order: by what it is about, the worst first. */
import type { Schemas } from "../../api/schema";

export type Finding = Schemas["Finding"];

export interface FindingGroup {
  kind: "slot" | "provider" | "platform";
  /** The slot's or provider's name; empty for the platform. */
  name: string;
  findings: Finding[];
}

const isError = ({ severity }: Finding) => severity === "error";

export function groupsOf(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    const [kind, name] = aboutOf(finding);
    const group = groups.get(`${kind} ${name}`) ?? { kind, name, findings: [] };
    group.findings.push(finding);
    groups.set(`${kind} ${name}`, group);
  }
  for (const group of groups.values()) group.findings.sort((a, b) => Number(isError(b)) - Number(isError(a)));
  return [...groups.values()].toSorted((a, b) => Number(b.findings.some(isError)) - Number(a.findings.some(isError)));
}

function aboutOf({ slot_id, provider }: Finding): [FindingGroup["kind"], string] {
  if (slot_id) return ["slot", slot_id];
  return provider ? ["provider", provider] : ["platform", ""];
}

/** Where each finding is mended: a page of ours, and its name (a key of `mend`). Not named: outside of the UI. */
const AT_SLOT = new Set<Finding["code"]>([
  "slot_inactive", "slot_invalid", "template_missing", "model_retired", "window_short", "slot_limit_short", "photo_slow", "password_missing",
]);
const AT_QUEUES = new Set<Finding["code"]>(["queue_missing", "queue_without_consumer", "queue_backlog"]);

export function mendedAt(finding: Finding): { to: string; place: "slot" | "slots" | "jobs" | "provider" | "queues" | "letters" } | null {
  const { code, slot_id, provider } = finding;
  if (AT_SLOT.has(code) && slot_id) return { to: `/slots/${slot_id}`, place: "slot" };
  if (code === "slot_missing") return { to: "/slots", place: "slots" };
  if (code === "photo_failed" && slot_id) return { to: `/jobs?slot_id=${slot_id}`, place: "jobs" };
  if (AT_QUEUES.has(code)) return { to: "/operations?tab=queues", place: "queues" };
  if (code === "dead_letters_growing") return { to: "/operations?tab=letters&period=hour", place: "letters" };
  return provider ? { to: `/providers/${provider}`, place: "provider" } : null;
}
