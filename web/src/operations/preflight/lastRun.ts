/** Remembers in this browser which preflight was begun here last. */
const STORED_AS = "photochanger.preflight";

export const lastRun = {
  id: (): string | null => localStorage.getItem(STORED_AS),
  keep: (id: string): void => localStorage.setItem(STORED_AS, id),
};
