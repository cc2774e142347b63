import { useTranslation } from "react-i18next";

import type { Difference } from "../ui/conflict";
import type { ConflictRow } from "../ui/ConflictDialog";
import { useFormats } from "../ui/format";
import { ALL_FIELDS, shown } from "./fields";

/** Says, in words and units, what somebody else changed and what was typed here. */
export function useConflictRows(found: readonly Difference<number | undefined>[]): ConflictRow[] {
  const { t } = useTranslation("settings");
  const formats = useFormats();
  return found.flatMap(({ field: name, mine = 0, theirs = 0, suggested }) => {
    const field = ALL_FIELDS.find((one) => one.name === name);
    if (!field) return [];
    const inWords = (stored: number) => `${formats.number(shown(field, stored))} ${t(`unit.${field.unit}`)}`;
    return [{ field: name, suggested, label: t(`field.${name}.label`), mine: inWords(mine), theirs: inWords(theirs) }];
  });
}
