/** Every word that the API answers with about operations and providers has its sentence, in both languages. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import document from "../../../docs/api/openapi.json";

const TEXTS = join(import.meta.dirname, "..", "i18n");

type Texts = { [key: string]: string | Texts };

function textAt(language: string, area: string, path: string): string | Texts | undefined {
  const texts = JSON.parse(readFileSync(join(TEXTS, language, `${area}.json`), "utf8")) as Texts;
  return path.split(".").reduce<string | Texts | undefined>((found, part) => (typeof found === "object" ? found[part] : undefined), texts);
}

const schemas = document.components.schemas as unknown as Record<string, { enum?: string[] }>;

/** A schema of the document, and where the sentences of each of its words are: `*` stands for the word. */
const SAID = [
  ["FindingCode", "operations", "finding.*.problem"],
  ["FindingCode", "operations", "finding.*.remedy"],
  ["Severity", "operations", "severity.*"],
  ["CheckState", "operations", "checkState.*"],
  ["DeathReason", "operations", "reason.*.short"],
  ["DeathReason", "operations", "reason.*.what"],
  ["DeathReason", "operations", "reason.*.do"],
  ["Replay", "operations", "outlook.*"],
  ["QueuePurpose", "operations", "queues.purpose.*"],
  ["QueuePurpose", "operations", "queues.desertedDo.*"],
  ["photochanger__domain__janitor_run__RunState", "operations", "janitor.state.*"],
  ["KeyVerdict", "providers", "verdict.*.what"],
  ["KeyVerdict", "providers", "verdict.*.do"],
  ["Limit", "providers", "limit.*"],
  ["Operation", "common", "operation.*"],
] as const;

it.each(SAID)("every %s is a sentence: %s %s", (name, area, path) => {
  const words = schemas[name]?.enum ?? [];
  expect(words.length).toBeGreaterThan(1);
  const missing = words.flatMap((word) => ["en", "ru"].filter((language) => typeof textAt(language, area, path.replace("*", word)) !== "string").map((language) => `${language} ${word}`));
  expect(missing).toEqual([]);
});

it("every reason of a breaker is a sentence; a pause has a place of its own", () => {
  const reasons = (schemas["BreakerReason"]?.enum ?? []).filter((reason) => reason !== "pause");
  expect(reasons.length).toBeGreaterThan(1);
  expect(reasons.filter((reason) => ["en", "ru"].some((language) => typeof textAt(language, "providers", `hindrance.${reason}`) !== "string"))).toEqual([]);
});
