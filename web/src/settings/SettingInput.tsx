import { NumberInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../ui/format";
import { isValid, shown, type SettingField } from "./fields";

interface Props {
  field: SettingField;
  value: number | string;
  /** The API's word about what was sent. */
  fault: string | undefined;
  isReadOnly: boolean;
  onChange: (value: number | string) => void;
}

/** One setting: what it does, its unit, range and default. */
export function SettingInput({ field, value, fault, isReadOnly, onChange }: Props) {
  const { t, i18n } = useTranslation("settings");
  const formats = useFormats();
  const [min, max, standard] = [field.min, field.max, field.standard].map((bound) => formats.number(shown(field, bound)));
  const range = t("range", { min, max, standard, unit: t(`unit.${field.unit}`) });
  const description = (
    <>
      {t(`field.${field.name}.what`)}
      <br />
      {range}
    </>
  );
  const error = isValid(field, value) ? fault : t("outOfRange", { min, max });
  return (
    <NumberInput label={t(`field.${field.name}.label`)} description={description} error={error} value={value} onChange={onChange}
      readOnly={isReadOnly} suffix={` ${t(`unit.${field.unit}`)}`} decimalScale={field.decimals} allowNegative={false} decimalSeparator={i18n.language === "ru" ? "," : "."}
      allowedDecimalSeparators={[",", "."]} thousandSeparator={i18n.language === "ru" ? "\u00a0" : ","} clampBehavior="none" hideControls maw={640} />
  );
}
