import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { modals } from "./dialogs";

interface Question {
  title: string;
  /** What will be lost or stopped, in words. */
  text: ReactNode;
  /** The verb on the button: "Delete", "Revoke"; never "OK". */
  action: string;
  isDangerous?: boolean;
}

/** Asks before loss; resolves to false when the person thinks better of it. */
export function useConfirm(): (question: Question) => Promise<boolean> {
  const { t } = useTranslation();
  return ({ title, text, action, isDangerous = true }) =>
    new Promise((resolve) => {
      modals.openConfirmModal({
        title,
        children: typeof text === "string" ? <Text>{text}</Text> : text,
        labels: { confirm: action, cancel: t("cancel") },
        confirmProps: isDangerous ? { color: "red.8" } : {},
        closeButtonProps: { "aria-label": t("close") },
        onConfirm: () => resolve(true),
        onCancel: () => resolve(false),
        onClose: () => resolve(false),
      });
    });
}
