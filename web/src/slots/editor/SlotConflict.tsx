import { Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Choices } from "../../ui/conflict";
import { ConflictDialog } from "../../ui/ConflictDialog";
import type { Json } from "../changes/changesBetween";
import { useFieldText } from "../changes/fieldText";
import { slotDifferences } from "../conflict";
import type { Draft } from "../draft";
import type { Conflict } from "./useSaving";

interface Props {
  conflict: Conflict;
  base: Draft;
  mine: Draft;
  onResolve: (choices: Choices) => void;
  onClose: () => void;
}

/** Somebody else was faster: what they made of the slot beside mine. */
export function SlotConflict({ conflict: { current }, base, mine, onResolve, onClose }: Props) {
  const { t } = useTranslation("slots");
  const { nameOf, valueOf } = useFieldText();
  const found = useMemo(() => slotDifferences(base, mine, current), [base, mine, current]);
  const rows = found.map(({ field, suggested, ...values }) => {
    const pointer = `/${field.replaceAll("~", "~0").replaceAll("/", "~1").replace(".", "/")}`;
    return { field, suggested, label: nameOf(pointer), mine: valueOf(pointer, values.mine as Json), theirs: valueOf(pointer, values.theirs as Json) };
  });
  return (
    <ConflictDialog rows={rows} onResolve={onResolve} onClose={onClose}>
      <Text>{t("conflict.text", { author: current.author || t("conflict.somebody"), version: current.version })}</Text>
      {current.comment && <Text fs="italic">{t("conflict.comment", { comment: current.comment })}</Text>}
    </ConflictDialog>
  );
}
