/** What differs between two states of a thing, field by field, as the audit keeps them. */
export interface Difference {
  /** "params.prompt", "fallbacks.0.provider" */
  path: string;
  /** null: there was no such field. */
  before: string | null;
  after: string | null;
}

type Fields = Record<string, unknown> | null | undefined;

/** Gives the fields that differ, in the order in which they stand; nested ones by their paths. */
export function differencesOf(before: Fields, after: Fields): Difference[] {
  const [old, fresh] = [flat(before), flat(after)];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])];
  return paths.map((path) => ({ path, before: old.get(path) ?? null, after: fresh.get(path) ?? null })).filter((one) => one.before !== one.after);
}

function flat(value: unknown, path = ""): Map<string, string> {
  if (value === undefined || value === null) return new Map(path ? [[path, "—"]] : []);
  if (typeof value !== "object") return new Map([[path, String(value)]]);
  const entries = Object.entries(value);
  if (entries.length === 0 && path) return new Map([[path, "—"]]);
  return new Map(entries.flatMap(([name, inner]) => [...flat(inner, path ? `${path}.${name}` : name)]));
}
