/** Which program and system a `User-Agent` tells of, as far as people know them by name. */
export interface Program {
  program: string | null;
  system: string | null;
}

/** The first that fits counts: browsers call themselves by the names of others too. */
const PROGRAMS: readonly [RegExp, string][] = [
  [/photochanger[\w-]*/i, "PhotoChanger CLI"], [/YaBrowser\//, "Yandex Browser"], [/\bEdgA?\//, "Edge"], [/\bOPR\//, "Opera"], [/SamsungBrowser\//, "Samsung Internet"],
  [/(?:Firefox|FxiOS)\//, "Firefox"], [/(?:HeadlessChrome|Chrome|CriOS)\//, "Chrome"], [/Version\/.*Safari\//, "Safari"], [/^curl\//, "curl"],
  [/^(?:python|aiohttp|httpx)\b/i, "Python"], [/PowerShell/, "PowerShell"],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS X|Macintosh/, "macOS"], [/CrOS/, "ChromeOS"], [/Linux/, "Linux"],
];

export function programOf(userAgent: string): Program {
  const first = (table: readonly [RegExp, string][]) => table.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null;
  return { program: first(PROGRAMS), system: first(SYSTEMS) };
}
