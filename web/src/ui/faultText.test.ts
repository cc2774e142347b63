import i18next from "i18next";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { I18nextProvider, initReactI18next } from "react-i18next";
import { expect, it } from "vitest";

import type { FieldFault } from "../api/problem";
import englishCommon from "../i18n/en/common.json";
import english from "../i18n/en/problems.json";
import russianCommon from "../i18n/ru/common.json";
import russian from "../i18n/ru/problems.json";
import { useFaultText } from "./faultText";

const resources = { en: { problems: english, common: englishCommon }, ru: { problems: russian, common: russianCommon } };

function Told({ fault, factor }: { fault: FieldFault; factor: number }) {
  return useFaultText()(fault, factor);
}

async function told(language: string, fault: Partial<FieldFault>, factor = 1): Promise<string> {
  const texts = i18next.createInstance();
  await texts.use(initReactI18next).init({ lng: language, resources, interpolation: { escapeValue: false } });
  const whole = { pointer: "/x", detail: "the API’s words", code: "other", ...fault } as FieldFault;
  return renderToString(createElement(I18nextProvider, { i18n: texts }, createElement(Told, { fault: whole, factor }))).replaceAll("\u00a0", " ");
}

it.each([
  [{ code: "too_long", limit: 16_000 }, 1, "At most 16,000 characters.", "Не больше 16 000 символов."],
  [{ code: "too_long", limit: 21 }, 1, "At most 21 characters.", "Не больше 21 символа."],
  [{ code: "too_short", limit: 1 }, 1, "This is needed.", "Это нужно заполнить."],
  [{ code: "too_large", limit: 50_000_000 }, 1_000_000, "At most 50.", "Не больше 50."],
  [{ code: "too_early", limit: 2000 }, 1, "Not before the year 2000.", "Не раньше 2000 года."],
  [{ code: "wrong_type", allowed: ["whole_number"] }, 1, "This must be a whole number.", "Здесь нужно: целое число."],
  [{ code: "unknown_operation", subject: "gemini", allowed: ["image_edit"] }, 1, "gemini does not do that. It can: Image edit.", "gemini так не умеет. Умеет: Правка изображения."],
  [{ code: "template_missing", subject: "face" }, 1, "A template picture is needed: Face.", "Нужен шаблон: Лицо."],
  [{ code: "not_allowed", allowed: ["1K", "2K"] }, 1, "Only these are taken: 1K, 2K.", "Подходит только: 1K, 2K."],
  [{ code: "no_such_code" }, 1, "the API’s words", "the API’s words"],
])("%j is said with its bounds (factor %s)", async (fault, factor, inEnglish, inRussian) => {
  expect(await told("en", fault as Partial<FieldFault>, factor)).toBe(inEnglish);
  expect(await told("ru", fault as Partial<FieldFault>, factor)).toBe(inRussian);
});
