/**
 * Texts in Russian and English: `i18n/<language>/<area>.json`, loaded when a page of that area is opened; those of the start page come with the program.
 *
 * `const { t } = useTranslation("slots")`; `t("list.title")`, or of another area `t("common:save")`. Plural forms are
 * the keys `…_one`, `…_few`, `…_many`, `…_other` with `count`.
 */
import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";

import enCommon from "./en/common.json";
import enProblems from "./en/problems.json";
import enProviders from "./en/providers.json";
import enReasons from "./en/reasons.json";
import enToday from "./en/today.json";
import ruCommon from "./ru/common.json";
import ruProblems from "./ru/problems.json";
import ruProviders from "./ru/providers.json";
import ruReasons from "./ru/reasons.json";
import ruToday from "./ru/today.json";

export const LANGUAGES = { en: "English", ru: "Русский" } as const;
export type Language = keyof typeof LANGUAGES;

const STORED_AS = "photochanger.language";
const AT_THE_START = {
  en: { common: enCommon, problems: enProblems, providers: enProviders, reasons: enReasons, today: enToday },
  ru: { common: ruCommon, problems: ruProblems, providers: ruProviders, reasons: ruReasons, today: ruToday },
};
const files = import.meta.glob<{ default: Record<string, unknown> }>(["./{en,ru}/*.json", "!./*/{common,problems,providers,reasons,today}.json"]);

const backend: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (language, area, callback) => {
    const load = files[`./${language}/${area}.json`];
    if (!load) {
      callback(new Error(`no texts ${language}/${area}`), null);
      return;
    }
    load()
      .then(({ default: texts }) => callback(null, texts))
      .catch((error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null));
  },
};

function chosen(): Language {
  const stored = localStorage.getItem(STORED_AS);
  if (stored === "en" || stored === "ru") return stored;
  return navigator.language.toLowerCase().startsWith("ru") ? "ru" : "en";
}

let started: Promise<void> = Promise.resolve();

/** Starts with the texts that every page has; whoever waits for more may ask at once. */
export function startTexts(): Promise<void> {
  started = start();
  return started;
}

/** Loads whole areas of texts, once `startTexts` was called. */
export async function loadTexts(areas: readonly string[]): Promise<void> {
  await started;
  await i18next.loadNamespaces([...areas]);
}

async function start(): Promise<void> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: chosen(),
      fallbackLng: false,
      ns: Object.keys(AT_THE_START.en),
      resources: AT_THE_START,
      partialBundledLanguages: true,
      defaultNS: "common",
      interpolation: { escapeValue: false },
      returnNull: false,
    });
}

export async function speak(language: Language): Promise<void> {
  localStorage.setItem(STORED_AS, language);
  await i18next.changeLanguage(language);
}
