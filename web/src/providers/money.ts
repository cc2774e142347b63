/** Money as the API counts it: millionths of a currency. */
import { useTranslation } from "react-i18next";

import { ATTEMPTS, MICROS } from "./currency";

/** Gives "0.039 US$", "3 attempts". */
export function useMoney(): (micros: number, currency: string) => string {
  const { t, i18n } = useTranslation("providers");
  return (micros, currency) => {
    const amount = micros / MICROS;
    if (currency === ATTEMPTS) return t("money.attempts", { count: amount, shown: new Intl.NumberFormat(i18n.language).format(amount) });
    return inCurrency(i18n.language, currency, amount);
  };
}

export function inCurrency(language: string, currency: string, amount: number): string {
  const digits = amount !== 0 && Math.abs(amount) < 1 ? 4 : 2;
  return new Intl.NumberFormat(language, { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: digits }).format(amount);
}

/** Gives the millionths of what was typed; null for nothing typed. */
export function microsOf(typed: number | string): number | null {
  return typed === "" ? null : Math.round(Number(typed) * MICROS);
}
