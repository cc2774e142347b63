import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { LANGUAGES, speak, type Language } from "../i18n";

const CODES = Object.keys(LANGUAGES).toSorted().toReversed() as Language[];

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <fieldset className="bare" aria-label={t("language")}>
      <Button.Group>
        {CODES.map((code) => {
          const isChosen = i18n.language === code;
          return (
            <Button key={code} variant={isChosen ? "light" : "default"} px="sm" lang={code} aria-label={`${code.toUpperCase()} ${LANGUAGES[code]}`} aria-pressed={isChosen} onClick={() => void speak(code)}>
              {code.toUpperCase()}
            </Button>
          );
        })}
      </Button.Group>
    </fieldset>
  );
}
