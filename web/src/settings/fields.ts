/** The settings as the page shows them: in which unit, within which bounds, in which order. */
import type { Schemas } from "../api/schema";

export type Settings = Schemas["SettingsShown"];
export type SettingName = keyof Schemas["SettingsChange"];
export type Unit = "seconds" | "hours" | "perMinute" | "requests" | "kibibytes" | "mebibytes";

export interface SettingField {
  name: SettingName;
  unit: Unit;
  /** How many of the API's units one shown unit is. */
  scale: number;
  /** In the API's units, as its document says. */
  min: number;
  max: number;
  standard: number;
  decimals: number;
}

const KIB = 1_024;
const MIB = 1_024 * KIB;

export const GROUPS = ["time", "limits", "fine"] as const;

export const FIELDS: Record<(typeof GROUPS)[number], readonly SettingField[]> = {
  time: [
    { name: "sync_response_seconds", unit: "seconds", scale: 1, min: 10, max: 60, standard: 48, decimals: 1 },
    { name: "result_retention_hours", unit: "hours", scale: 1, min: 24, max: 168, standard: 72, decimals: 1 },
  ],
  limits: [
    { name: "photos_per_minute_per_address", unit: "perMinute", scale: 1, min: 1, max: 1_000_000, standard: 600, decimals: 0 },
    { name: "max_waiting_requests", unit: "requests", scale: 1, min: 1, max: 100_000, standard: 1_000, decimals: 0 },
    { name: "max_receiving_bytes", unit: "mebibytes", scale: MIB, min: MIB, max: 65_536 * MIB, standard: 128 * MIB, decimals: 3 },
  ],
  fine: [
    { name: "answer_reserve_seconds", unit: "seconds", scale: 1, min: 0.1, max: 5, standard: 0.5, decimals: 2 },
    { name: "inline_result_max_bytes", unit: "kibibytes", scale: KIB, min: 0, max: 2 * MIB, standard: 16 * KIB, decimals: 3 },
  ],
};

export const ALL_FIELDS: readonly SettingField[] = GROUPS.flatMap((group) => FIELDS[group]);

/** What is typed in, by name; a text is not a number yet (empty, "-"). */
export type Typed = Partial<Record<SettingName, number | string>>;

/** A stored value as it is shown, in the field's unit. */
export function shown(field: SettingField, stored: number): number {
  return Number((stored / field.scale).toFixed(field.decimals));
}

/** What to send: the fields that are typed otherwise than they are stored. */
export function changesOf(typed: Typed, stored: Settings): Partial<Record<SettingName, number>> {
  const changed = ALL_FIELDS.filter((field) => field.name in typed && Number(typed[field.name]) !== shown(field, stored[field.name]));
  return Object.fromEntries(changed.map((field) => [field.name, asStored(field, Number(typed[field.name]))]));
}

/** Says whether what is typed is a number within the field's bounds. */
export function isValid(field: SettingField, typed: number | string): boolean {
  if (typed === "") return false;
  const stored = asStored(field, Number(typed));
  return stored >= field.min && stored <= field.max;
}

function asStored(field: SettingField, value: number): number {
  return field.scale === 1 ? value : Math.round(value * field.scale);
}
