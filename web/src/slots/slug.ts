/** Slot ids from names: part of an address, so Latin letters, digits and hyphens. */
const LATIN: Record<string, string> = {
  а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ё: "e", ж: "zh", з: "z", и: "i", й: "y", к: "k", л: "l", м: "m", н: "n", о: "o", п: "p",
  р: "r", с: "s", т: "t", у: "u", ф: "f", х: "kh", ц: "ts", ч: "ch", ш: "sh", щ: "shch", ъ: "", ы: "y", ь: "", э: "e", ю: "yu", я: "ya",
};
const MAX_CHARACTERS = 64;

/** "Вечер в масле" → "vecher-v-masle"; empty if nothing of the name can stand in an address. */
export function slug(name: string): string {
  const plain = name.normalize("NFKD").toLowerCase().replaceAll("и\u0306", "й").replaceAll(/[\u0300-\u036f]/g, "");
  const latin = Array.from(plain, (letter) => LATIN[letter] ?? letter).join("");
  return latin.replaceAll(/[^a-z0-9]+/g, "-").slice(0, MAX_CHARACTERS).replaceAll(/^-+|-+$/g, "");
}

/** The id, or with a number behind it if it is taken. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!wanted || !taken.has(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const ending = `-${number}`;
    const candidate = `${wanted.slice(0, MAX_CHARACTERS - ending.length).replaceAll(/-+$/g, "")}${ending}`;
    if (!taken.has(candidate)) return candidate;
  }
}
