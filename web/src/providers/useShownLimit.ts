import { useTranslation } from "react-i18next";

import { useFormats } from "../ui/format";
import { ATTEMPTS } from "./currency";
import type { LimitName } from "./limitFields";
import { useMoney } from "./money";

/** Says a limit, money in its currency. */
export function useShownLimit(currency: string | undefined) {
  const { t } = useTranslation("providers");
  const formats = useFormats();
  const money = useMoney();
  return (limit: LimitName, value: number | null | undefined) => {
    if (value === null || value === undefined) return t("limits.none");
    return limit === "money_per_day" ? money(value, currency ?? ATTEMPTS) : formats.number(value);
  };
}
