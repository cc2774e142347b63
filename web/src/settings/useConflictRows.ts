import { useTranslation } from "react-i18next";

import type { ConflictRow } from "../ui/ConflictDialog";
import { useFormats } from "../ui/format";
import { ALL_FIELDS, shown, type SettingName, type Settings } from "./fields";

/** Gives, in words and units, what somebody else changed since `base` and what was typed here. */
export function useConflictRows(base: Settings, mine: Partial<Record<SettingName, number>>, theirs: Settings | null): ConflictRow[] {
  const { t } = useTranslation("settings");
  const formats = useFormats();
  if (!theirs) return [];
  return ALL_FIELDS.filter(({ name }) => name in mine || theirs[name] !== base[name]).map((field) => {
    const own = mine[field.name];
    const inWords = (stored: number) => `${formats.number(shown(field, stored))} ${t(`unit.${field.unit}`)}`;
    return {
      name: field.name, label: t(`field.${field.name}.label`), theirs: inWords(theirs[field.name]), mine: own === undefined ? t("untouched") : inWords(own),
    };
  });
}
