/** Two administrators on one slot: what differs, and the draft that follows from a choice for each field. */
import { differences, type Choices, type Difference } from "../ui/conflict";
import { draftOf, isSame, type Draft, type Params, type Slot } from "./draft";

/** Their members are compared one by one: two who change different parameters need not lose any. */
const SPLIT = ["params", "limits", "output"] as const;
const WHOLE = [
  "name", "provider", "operation", "template_media", "fallbacks", "sync_response_seconds", "max_upload_bytes", "max_in_flight", "photos_per_minute",
  "refuse_without_time", "is_active", "opens_at", "closes_at",
] as const;

/** Gives the fields and members ("name", "params.prompt") that are not the same in `mine` and `current`; `base` is what `mine` began with. */
export function slotDifferences(base: Draft, mine: Draft, current: Slot): Difference<unknown>[] {
  return differences(flat(base), flat(mine), flat(draftOf(current)), isSame);
}

/** Gives their slot with what is chosen to be mine; the password and the comment were not theirs to change. */
export function merged(mine: Draft, current: Slot, choices: Choices): Draft {
  const result: Draft = { ...draftOf(current), ingest_password: mine.ingest_password, comment: mine.comment };
  for (const [field, side] of choices) {
    if (side === "mine") take(result, mine, field);
  }
  return result;
}

function take(result: Draft, mine: Draft, field: string): void {
  const [name = "", ...rest] = field.split(".");
  if (rest.length === 0) {
    Object.assign(result, { [name]: mine[name as keyof Draft] });
    return;
  }
  const member = rest.join(".");
  const from = mine[name as (typeof SPLIT)[number]] as Params;
  const { [member]: _theirs, ...others } = result[name as (typeof SPLIT)[number]] as Params;
  Object.assign(result, { [name]: member in from ? { ...others, [member]: from[member] } : others });
}

function flat(draft: Draft): Map<string, unknown> {
  const whole = WHOLE.map((field) => [field, field === "fallbacks" ? draft.fallbacks.map(({ key: _key, ...route }) => route) : draft[field]] as const);
  const members = SPLIT.flatMap((field) => Object.entries(draft[field]).map(([member, value]) => [`${field}.${member}`, value] as const));
  return new Map<string, unknown>([...whole, ...members]);
}
