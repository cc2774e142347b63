import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { speak, type Language } from "../i18n";

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <SegmentedControl aria-label={t("language")} size="md" value={i18n.language} onChange={(chosen) => void speak(chosen as Language)}
      data={[{ value: "ru", label: "RU" }, { value: "en", label: "EN" }]} />
  );
}
