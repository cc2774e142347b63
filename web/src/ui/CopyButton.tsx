import { ActionIcon, Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { copyText } from "./clipboard";
import { useNotify } from "./notify";

const SHOWN_MS = 2_000;

interface Props {
  value: string;
  /** What is copied, for screen readers: "link", "password". */
  label: string;
  /** A button with words instead of an icon. */
  withText?: boolean;
}

export function CopyButton({ value, label, withText = false }: Props) {
  const { t } = useTranslation();
  const notify = useNotify();
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setIsCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const copy = async () => {
    if (await copyText(value)) setIsCopied(true);
    else notify.done(t("copy.byHand", { value }));
  };
  const icon = isCopied ? <IconCheck aria-hidden /> : <IconCopy aria-hidden />;
  const text = t(isCopied ? "copy.done" : "copy.do", { what: label });
  if (withText) {
    return (
      <Button variant="default" leftSection={icon} onClick={() => void copy()} aria-live="polite">
        {text}
      </Button>
    );
  }
  return (
    <ActionIcon aria-label={text} title={text} onClick={() => void copy()}>
      {icon}
    </ActionIcon>
  );
}
