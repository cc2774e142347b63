/** Both languages say everything, in all plural forms, and nothing that no page shows. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { describe, expect, it } from "vitest";

import document from "../../../docs/api/openapi.json";

type Texts = { [key: string]: string | Texts };

const SOURCE = join(import.meta.dirname, "..");
const AREAS = readdirSync(join(import.meta.dirname, "en")).map((name) => name.replace(/\.json$/, ""));
/** By language, the plural forms that it has for whole and other numbers (CLDR). */
const FORMS = { en: ["one", "other"], ru: ["one", "few", "many", "other"] };
const PLURAL = /_(zero|one|two|few|many|other)$/;
/** Named by what the API answers, not by the code of a page. */
const BY_ANSWER = new Set(["problems"]);

function flat(texts: Texts, before = ""): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") all.set(before + key, value);
    else for (const [inner, text] of flat(value, `${before}${key}.`)) all.set(inner, text);
  }
  return all;
}

function read(language: string, area: string): Map<string, string> {
  return flat(JSON.parse(readFileSync(join(import.meta.dirname, language, `${area}.json`), "utf8")) as Texts);
}

const bases = (keys: Iterable<string>) => new Set([...keys].map((key) => key.replace(PLURAL, "")));

interface Use {
  file: string;
  /** A key, or with `isPrefix` what the keys of a `t(`prefix.${…}`)` begin with. */
  key: string;
  area: string;
  isPrefix: boolean;
}

function usesIn(path: string): Use[] {
  const code = readFileSync(path, "utf8").replaceAll(/\/\*[^]*?\*\//g, "");
  const own = /useTranslation\("(\w+)"/.exec(code)?.[1] ?? "common";
  const calls = [...code.matchAll(/\bt\(((?:[^()]|\([^()]*\))*)\)/g)].map(([, inside]) => inside ?? "");
  return calls.flatMap((inside) =>
    [...inside.matchAll(/(["`])([A-Za-z][\w:]*(?:\.[\w]+)*\.?)(\1|\$\{)/g)].map(([, , literal = "", end]) => {
      const [area, key] = literal.includes(":") ? (literal.split(":", 2) as [string, string]) : [own, literal];
      return { file: relative(SOURCE, path), key, area, isPrefix: end === "${" };
    }),
  );
}

const uses = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
  .flatMap((name) => usesIn(join(SOURCE, name)));

/** Strings that stand anywhere in the code: keys that are kept in a table and given to `t` later. */
const literals = new Set(
  readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
    .flatMap((name) => [...readFileSync(join(SOURCE, name), "utf8").matchAll(/"([A-Za-z][\w.:]*)"/g)].map(([, text]) => text ?? "")),
);

describe.each(AREAS)("the texts of %s", (area) => {
  const [english, russian] = [read("en", area), read("ru", area)];

  it("are the same ones in both languages", () => {
    expect([...bases(russian.keys())].toSorted()).toEqual([...bases(english.keys())].toSorted());
  });

  it.each(["en", "ru"] as const)("have every plural form of %s", (language) => {
    const texts = language === "en" ? english : russian;
    const plural = bases([...texts.keys()].filter((key) => PLURAL.test(key)));
    const wanted = [...plural].flatMap((base) => FORMS[language].map((form) => `${base}_${form}`));
    expect(wanted.filter((key) => !texts.has(key))).toEqual([]);
  });

  it("name the same values in both languages", () => {
    const names = (text: string | undefined) => [...new Set([...(text ?? "").matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))].toSorted();
    const different = [...english.keys()].filter((key) => russian.has(key) && !PLURAL.test(key) && String(names(english.get(key))) !== String(names(russian.get(key))));
    expect(different).toEqual([]);
  });

  it("are all shown somewhere", () => {
    if (BY_ANSWER.has(area)) return;
    const own = uses.filter((use) => use.area === area);
    const isUsed = (key: string) => own.some((use) => (use.isPrefix ? key.startsWith(use.key) : key === use.key)) || literals.has(key) || literals.has(`${area}:${key}`);
    expect([...bases(english.keys())].filter((key) => !isUsed(key))).toEqual([]);
  });
});

it("every text that a page asks for is there", () => {
  const known = new Map(AREAS.map((area) => [area, bases(read("en", area).keys())]));
  const isThere = ({ area, key, isPrefix }: Use) => {
    const keys = known.get(area);
    return keys !== undefined && (isPrefix ? [...keys].some((name) => name.startsWith(key)) : keys.has(key));
  };
  expect(uses.filter((use) => !isThere(use)).map((use) => `${use.file}: ${use.area}:${use.key}`)).toEqual([]);
});

it.each(["en", "ru"])("every fault of a field that the API documents is a sentence in %s", (language) => {
  const texts = bases(read(language, "problems").keys());
  const codes = document.components.schemas.FaultCode.enum;
  expect(codes.filter((code) => !texts.has(`field.${code}`))).toEqual([]);
});

it.each(["en", "ru"])("every reason of a conflict that the API documents is a sentence in %s", (language) => {
  const texts = bases(read(language, "problems").keys());
  const reasons = document.components.schemas.ConflictReason.enum;
  expect(reasons.filter((reason) => !texts.has(`reason.${reason}`))).toEqual([]);
});

it("every error that the API documents is a sentence, with what to do", () => {
  const texts = read("en", "problems");
  const codes = document.components.schemas.ProblemCode.enum;
  expect(codes.filter((code) => !texts.has(`${code}.what`) || !texts.has(`${code}.do`))).toEqual([]);
});
