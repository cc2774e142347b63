/** What differs between two states of a thing, field by field, as the audit keeps them. */
export interface Difference {
  /** "params.prompt", "fallbacks.0.provider" */
  path: string;
  /** null: there was nothing. */
  before: string | null;
  after: string | null;
}

type Fields = Record<string, unknown> | null | undefined;

/** Gives the fields that differ, in the order in which they stand; nested ones by their paths, empty ones as not there. */
export function differencesOf(before: Fields, after: Fields): Difference[] {
  const [old, fresh] = [flat(before), flat(after)];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])];
  return paths.map((path) => ({ path, before: old.get(path) ?? null, after: fresh.get(path) ?? null })).filter((one) => one.before !== one.after);
}

function flat(fields: Fields): Map<string, string> {
  const found = new Map<string, string>();
  const note = (value: unknown, path: string): void => {
    if (value === null || value === undefined || value === "") return;
    if (typeof value !== "object") found.set(path, String(value));
    else for (const [name, part] of Object.entries(value)) note(part, path ? `${path}.${name}` : name);
  };
  note(fields, "");
  return found;
}
