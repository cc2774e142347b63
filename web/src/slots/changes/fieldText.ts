import { useTranslation } from "react-i18next";

import { useFormats } from "../../ui/format";
import type { FieldChange, Json } from "./changesBetween";

const MOMENTS = new Set(["opens_at", "closes_at"]);
const BYTES = new Set(["max_upload_bytes"]);

/** Says fields of a slot and their values in words: `/fallbacks/0/params/prompt` is "Fallback 1: prompt". */
export function useFieldText() {
  const { t } = useTranslation("history");
  const formats = useFormats();

  const fieldOf = (name: string) => t(`field.${name}`, { defaultValue: name.replaceAll("_", " ") });
  const nameOf = (pointer: string) => {
    const parts = pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    const [first = "", place, ...rest] = parts;
    const last = parts.at(-1) ?? "";
    if (place === undefined || (first !== "fallbacks" && first !== "template_media")) return fieldOf(last);
    const thing = first === "fallbacks" ? t("fallback", { number: Number(place) + 1 }) : t("template", { number: Number(place) + 1 });
    return rest.length === 0 ? thing : t("partOf", { thing, part: fieldOf(last) });
  };
  return {
    nameOf,
    valueOf: (pointer: string, value: Json) => {
      const field = pointer.slice(pointer.lastIndexOf("/") + 1);
      if (value === null || value === undefined || value === "") return t("nothing");
      if (typeof value === "boolean") return t(value ? "yes" : "no");
      if (typeof value === "number") return BYTES.has(field) ? formats.size(value) : formats.number(value);
      if (typeof value === "string") return MOMENTS.has(field) ? formats.moment(value) : value;
      return JSON.stringify(value, null, 1);
    },
    /** "Prompt, window": the names alone, each once. */
    summaryOf: (changes: readonly FieldChange[]) => [...new Set(changes.map(({ pointer }) => nameOf(pointer)))].join(", "),
  };
}
