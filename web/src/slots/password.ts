/** Without letters and digits that look alike: somebody types it into a booth. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP = 4;

/** A password of 16 random characters (79 bits) in groups: "k7dm-wq4x-9tha-p2fz". */
export function newPassword(): string {
  const characters: string[] = [];
  // bytes beyond the last whole alphabet would make its first letters likelier
  const end = 256 - (256 % ALPHABET.length);
  while (characters.length < GROUPS * GROUP) {
    const fair = [...crypto.getRandomValues(new Uint8Array(32))].filter((byte) => byte < end);
    characters.push(...fair.map((byte) => ALPHABET[byte % ALPHABET.length] ?? ""));
  }
  return Array.from({ length: GROUPS }, (_, group) => characters.slice(group * GROUP, (group + 1) * GROUP).join("")).join("-");
}
