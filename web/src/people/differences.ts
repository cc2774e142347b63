/** What differs between two states of a thing, field by field, as the audit keeps them. */
export interface Difference {
  /** "params.prompt", "fallbacks.0.provider" */
  path: string;
  /** null: there was no such field. */
  before: string | null;
  after: string | null;
}

type Fields = Record<string, unknown> | null | undefined;

const NOTHING = "—";

/** Gives the fields that differ, in the order in which they stand; nested ones by their paths. */
export function differencesOf(before: Fields, after: Fields): Difference[] {
  const [old, fresh] = [flat(before), flat(after)];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])];
  return paths.map((path) => ({ path, before: old.get(path) ?? null, after: fresh.get(path) ?? null })).filter((one) => one.before !== one.after);
}

function flat(fields: Fields): Map<string, string> {
  const found = new Map<string, string>();
  const note = (value: unknown, path: string): void => {
    const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
    for (const [name, part] of inner) note(part, path ? `${path}.${name}` : name);
    if (inner.length === 0 && path) found.set(path, typeof value === "object" || value === undefined ? NOTHING : String(value));
  };
  note(fields, "");
  return found;
}
