/** A provider's limits as they are typed: numbers, money in whole units of the currency, empty for the manifest's. */
import type { Schemas } from "../api/schema";
import { MICROS } from "./currency";
import { microsOf } from "./money";

export type Limits = Schemas["ProviderLimits"];
export type LimitName = keyof Limits;
export type Typed = Partial<Record<LimitName, number | string>>;

export const LIMITS: readonly LimitName[] = ["requests_per_minute", "images_per_minute", "concurrency", "requests_per_day", "money_per_day"];

/** Gives every limit by its name, null where none is set. */
export function limitsOf(limits: Limits): Map<string, number | null> {
  return new Map(LIMITS.map((limit) => [limit, limits[limit] ?? null]));
}

/** Gives what stands in a field for a limit. */
export function shownAs(limit: LimitName, value: number | null | undefined): number | "" {
  if (value === null || value === undefined) return "";
  return limit === "money_per_day" ? value / MICROS : value;
}

/** Gives the change to send: only what was typed and differs. */
export function changeOf(typed: Typed, set: Limits): Partial<Limits> {
  const change: Partial<Limits> = {};
  for (const limit of LIMITS) {
    const text = typed[limit];
    if (text === undefined) continue;
    const value = limit === "money_per_day" ? microsOf(text) : text === "" ? null : Number(text);
    if (value !== (set[limit] ?? null)) change[limit] = value;
  }
  return change;
}
