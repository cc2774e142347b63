/** Two people who changed the same thing: what differs, and whose value of each field stays. */

export type Side = "mine" | "theirs";
export type Choices = ReadonlyMap<string, Side>;

export interface Difference<Value> {
  field: string;
  mine: Value;
  theirs: Value;
  /** Mine if I changed it; what only they changed is theirs. */
  suggested: Side;
}

type Fields<Value> = ReadonlyMap<string, Value>;

/** Gives the fields that are not the same in `mine` and `theirs`; `base` is what `mine` began with. */
export function differences<Value>(base: Fields<Value>, mine: Fields<Value>, theirs: Fields<Value>, isSame: (one: unknown, other: unknown) => boolean = Object.is): Difference<Value | undefined>[] {
  return [...new Set([...mine.keys(), ...theirs.keys()])]
    .filter((field) => !isSame(mine.get(field), theirs.get(field)))
    .map((field) => ({
      field, mine: mine.get(field), theirs: theirs.get(field), suggested: isSame(mine.get(field), base.get(field)) ? "theirs" : "mine",
    }));
}

/** Gives what is to be saved over theirs: the values that were chosen to be mine. */
export function chosenMine<Value>(found: readonly Difference<Value>[], choices: Choices): Record<string, Value> {
  return Object.fromEntries(found.filter(({ field }) => choices.get(field) === "mine").map(({ field, mine }) => [field, mine]));
}
