/** Times between the API (ISO, UTC) and an input of the kind `datetime-local`, which knows the browser's time zone only. */

/** "2026-11-29T18:00:00.000Z" → "2026-11-29T21:00" in Moscow; null → "". */
export function toLocal(iso: string | null): string {
  if (iso === null) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The other way; null for what is no complete time. */
export function fromLocal(local: string): string | null {
  const at = new Date(local);
  return local === "" || Number.isNaN(at.getTime()) ? null : at.toISOString();
}

export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
