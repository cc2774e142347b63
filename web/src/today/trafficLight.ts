/** Whether the evening goes well: what somebody should look at, the worst first, and the light that this comes to. */
import type { Schemas } from "../api/schema";
import { shutReason, usedProviders, type ShutReason } from "./providersNow";

export type Light = "red" | "yellow" | "green" | "off";
export type FindingKind = "noProvider" | "notComing" | "someFail" | "slow" | "onFallback" | "trying" | "quotaLow" | "refused" | "well" | "quiet" | "closed";

/** One thing to know; `slotId` and `provider` say of whom, where it is of one. */
export interface Finding {
  kind: FindingKind;
  light: Light;
  slotId: string | null;
  provider: string | null;
  /** Why the provider is not asked. */
  shut: ShutReason | null;
  /** The most frequent reason of the photos that did not come back. */
  reason: Schemas["FailureReason"] | null;
  /** So many of `outOf` photos: that came back, with `refused` those that were refused. */
  count: number;
  outOf: number;
  /** The median time of a photo and its window, in milliseconds. */
  usualMs: number | null;
  windowMs: number | null;
  /** When a quota is used up. */
  until: string | null;
}

/** What the light is read from: photos of booths that came lately, newest first, and what there is. */
export interface Seen {
  jobs: readonly Schemas["JobSummary"][];
  slots: readonly Schemas["SlotShown"][];
  providers: readonly Schemas["ProviderShown"][];
  quotas: readonly Schemas["QuotaShown"][];
  /** The window of slots that have none of their own, in seconds. */
  usualWindowSeconds: number;
  now: number;
}

/** The newest photos of a slot that count: what was before them is over. */
const LOOK_BACK = 10;
/** Fewer say nothing about times and shares. */
const ENOUGH = 3;
const HALF = 0.5;
/** Of the window, the usual time of a slow slot; with a fallback a provider is cut at little more. */
const SLOW = 0.4;
/** A quota with less than this left is nearly out; so is one that will not last so long. */
const QUOTA_LEFT = 0.1;
const QUOTA_LASTS_MS = 2 * 3_600_000;
const WEIGHT: Record<Light, number> = { red: 0, yellow: 1, off: 2, green: 3 };

/** Gives everything to know, the worst first; never nothing. */
export function findingsOf(seen: Seen): [Finding, ...Finding[]] {
  const open = seen.slots.filter(({ state }) => state === "open");
  const found = [...open.flatMap((slot) => aboutSlot(slot, seen)), ...usedProviders(open).flatMap((name) => aboutProvider(name, open, seen))];
  const sorted = found.toSorted((a, b) => WEIGHT[a.light] - WEIGHT[b.light]);
  const [first, ...others] = sorted;
  return first ? [first, ...others] : [withoutTrouble(open.length > 0, seen)];
}

function aboutSlot(slot: Schemas["SlotShown"], seen: Seen): Finding[] {
  const shut = shutReason(slot.provider, seen);
  const canServe = usedProviders([slot]).some((name) => shutReason(name, seen) === null);
  if (!canServe) return [finding("noProvider", "red", { slotId: slot.id, provider: slot.provider, shut })];
  const own = seen.jobs.filter((job) => job.slot_id === slot.id && job.slot_version === slot.version);
  return [...aboutEnds(slot, own), ...aboutTimes(slot, own, seen), ...aboutRefusals(slot, own)];
}

function aboutEnds(slot: Schemas["SlotShown"], jobs: readonly Schemas["JobSummary"][]): Finding[] {
  const ended = jobs.filter(hasCounted).slice(0, LOOK_BACK);
  const failed = ended.filter(({ status }) => status !== "done");
  const told = { slotId: slot.id, provider: slot.provider, reason: mostFrequent(failed), count: ended.length - failed.length, outOf: ended.length };
  const areLastFailed = ended.slice(0, ENOUGH).every(({ status }) => status !== "done");
  if (ended.length >= ENOUGH && (areLastFailed || failed.length > ended.length * HALF)) return [finding("notComing", "red", told)];
  if (failed.length > 1 || (ended[0] && ended[0].status !== "done")) return [finding("someFail", "yellow", told)];
  return [];
}

function aboutTimes(slot: Schemas["SlotShown"], jobs: readonly Schemas["JobSummary"][], seen: Seen): Finding[] {
  const windowMs = (slot.sync_response_seconds ?? seen.usualWindowSeconds) * 1_000;
  const times = jobs.filter(({ status }) => status === "done").slice(0, LOOK_BACK).map(tookMs);
  const usualMs = percentile(times, HALF);
  if (times.length < ENOUGH || usualMs === null || usualMs < windowMs * SLOW) return [];
  return [finding("slow", "yellow", { slotId: slot.id, provider: slot.provider, usualMs, windowMs })];
}

function aboutRefusals(slot: Schemas["SlotShown"], jobs: readonly Schemas["JobSummary"][]): Finding[] {
  const ended = jobs.filter((job) => job.finalized_at !== null).slice(0, LOOK_BACK);
  const count = ended.filter((job) => job.failure_reason === "provider_refused").length;
  if (count < ENOUGH) return [];
  return [finding("refused", "yellow", { slotId: slot.id, provider: slot.provider, count, outOf: ended.length })];
}

function aboutProvider(name: string, open: readonly Schemas["SlotShown"][], seen: Seen): Finding[] {
  const provider = seen.providers.find(({ manifest }) => manifest.name === name);
  const shut = shutReason(name, seen);
  if (shut !== null) {
    const others = open.filter((slot) => slot.provider === name && usedProviders([slot]).some((one) => shutReason(one, seen) === null));
    return others.length > 0 ? [finding("onFallback", "yellow", { provider: name, shut, count: others.length })] : [];
  }
  if (provider?.breakers.some(({ state }) => state === "half_open")) return [finding("trying", "yellow", { provider: name })];
  const low = seen.quotas.find((quota) => quota.provider === name && quota.slot_id === null && isLow(quota, seen.now));
  return low ? [finding("quotaLow", "yellow", { provider: name, count: low.left, outOf: low.allowed, until: low.lasts_until })] : [];
}

function isLow({ left, allowed, resets_at: resetsAt, lasts_until: lastsUntil }: Schemas["QuotaShown"], now: number): boolean {
  if (resetsAt === null) return false;
  return left <= allowed * QUOTA_LEFT || (lastsUntil !== null && Date.parse(lastsUntil) - now < QUOTA_LASTS_MS);
}

function withoutTrouble(isOpen: boolean, seen: Seen): Finding {
  if (!isOpen) return finding("closed", "off", {});
  const ended = seen.jobs.filter(hasCounted);
  const count = ended.filter(({ status }) => status === "done").length;
  return ended.length === 0 ? finding("quiet", "green", {}) : finding("well", "green", { count, outOf: ended.length });
}

/** A photo that says how the platform is doing: not one that runs, that somebody cancelled, or that was refused for what it shows. */
export function hasCounted({ finalized_at: finalizedAt, failure_reason: reason }: Schemas["JobSummary"]): boolean {
  return finalizedAt !== null && reason !== "cancelled" && reason !== "provider_refused";
}

/** Milliseconds from a photo's arrival to its end. */
export function tookMs({ created_at: createdAt, finalized_at: finalizedAt }: Schemas["JobSummary"]): number {
  return finalizedAt === null ? 0 : Date.parse(finalizedAt) - Date.parse(createdAt);
}

/** Gives the value that `share` of the values do not exceed; null of none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

function mostFrequent(jobs: readonly Schemas["JobSummary"][]): Schemas["FailureReason"] | null {
  const counts = new Map<Schemas["FailureReason"], number>();
  for (const { failure_reason: reason } of jobs) if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

function finding(kind: FindingKind, light: Light, told: Partial<Finding>): Finding {
  return { kind, light, slotId: null, provider: null, shut: null, reason: null, count: 0, outOf: 0, usualMs: null, windowMs: null, until: null, ...told };
}
