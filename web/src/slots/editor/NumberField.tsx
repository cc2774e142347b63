import { NumberInput } from "@mantine/core";

import { useFault } from "./form";

interface Props {
  pointer: string;
  label: string;
  description?: string;
  placeholder?: string;
  value: number | null;
  onChange: (value: number | null) => void;
  /** What one of the shown unit is in the API's: 1 000 000 shows bytes as megabytes. */
  factor?: number;
  unit?: string;
  isRequired?: boolean;
}

/** A number of the slot; an empty field is null. */
export function NumberField({ pointer, label, description, placeholder, value, onChange, factor = 1, unit, isRequired = false }: Props) {
  const error = useFault(pointer, factor);
  return (
    <NumberInput label={label} description={description} placeholder={placeholder} error={error} required={isRequired} hideControls clampBehavior="none"
      allowNegative={false} allowDecimal={factor !== 1} decimalScale={factor === 1 ? 0 : 6} suffix={unit ? ` ${unit}` : ""} inputMode="decimal"
      value={value === null ? "" : value / factor} onChange={(shown) => onChange(shown === "" ? null : Math.round(Number(shown) * factor))} />
  );
}
