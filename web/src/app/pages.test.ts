/** Every page names the texts of everything on it, so that none comes later and takes the page away. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";

import { Starting } from "./Starting";

const SOURCE = join(import.meta.dirname, "..");
const table = readFileSync(join(SOURCE, "app/pages.tsx"), "utf8");
const words = (list: string) => [...list.matchAll(/"(\w+)"/g)].map(([, word]) => word ?? "");
const editor = words(/const EDITOR = \[([^\]]*)\]/.exec(table)?.[1] ?? "");
const PAGES = [...table.matchAll(/page\("([^"]+)", "\w+", (EDITOR|\[[^\]]*\]), \(\) => import\("\.\.\/([^"]+)"\)/g)].map(([, path = "", texts = "", file = ""]) => ({
  path, file, texts: texts === "EDITOR" ? editor : words(texts),
}));

function imported(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file) || file.endsWith("app/pages.tsx")) return seen;
  seen.add(file);
  for (const [, target = ""] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
    const path = normalize(join(dirname(file), target));
    const found = [`${path}.tsx`, `${path}.ts`, `${path}/index.ts`].find((name) => existsSync(name));
    if (found) imported(found, seen);
  }
  return seen;
}

function areasUsed(file: string): string[] {
  const code = [...imported(join(SOURCE, `${file}.tsx`), new Set())].map((name) => readFileSync(name, "utf8")).join("\n");
  const areas = [...code.matchAll(/useTranslation\("(\w+)"|\bt\(["`](\w+):/g)].map(([, own, other]) => own ?? other ?? "");
  return [...new Set(areas)].filter((area) => area !== "common" && area !== "problems").toSorted();
}

it.each(PAGES)("$path", ({ file, texts }) => {
  expect(texts.toSorted()).toEqual(areasUsed(file));
});

it("there is a table of pages", () => {
  expect(PAGES.length).toBe([...table.matchAll(/^ {2}page\(/gm)].length);
});

it("the start page has texts only of what comes with the program", () => {
  const [, atTheStart = ""] = /AT_THE_START = \{\n {2}en: \{([^}]*)\}/.exec(readFileSync(join(SOURCE, "i18n/index.ts"), "utf8")) ?? [];
  const areas = [...atTheStart.matchAll(/(\w+):/g)].map(([, area]) => area);
  expect(areas).toEqual(expect.arrayContaining(["common", "problems", ...areasUsed("today/TodayPage")]));
});

it("index.html begins as the program does", () => {
  const page = readFileSync(join(SOURCE, "../index.html"), "utf8");
  expect(page.replaceAll(/>\s+</g, "><")).toContain(`<!-- as app/Starting.tsx -->${renderToStaticMarkup(createElement(Starting))}</div>`);
});
