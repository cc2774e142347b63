import type { Announcements, ScreenReaderInstructions, UniqueIdentifier } from "@dnd-kit/core";
import { useTranslation } from "react-i18next";

/** What a screen reader says while a fallback is moved; `keys` are in the order shown. */
export function useDragWords(keys: readonly string[]): { announcements: Announcements; screenReaderInstructions: ScreenReaderInstructions } {
  const { t } = useTranslation("slots");
  const place = (id: UniqueIdentifier | undefined) => keys.indexOf(String(id)) + 1;
  const total = keys.length;
  return {
    screenReaderInstructions: { draggable: t("drag.how") },
    announcements: {
      onDragStart: ({ active }) => t("drag.start", { number: place(active.id), total }),
      onDragOver: ({ over }) => (over ? t("drag.over", { number: place(over.id), total }) : undefined),
      onDragEnd: ({ over }) => t("drag.end", { number: place(over?.id), total }),
      onDragCancel: ({ active }) => t("drag.cancel", { number: place(active.id) }),
    },
  };
}
