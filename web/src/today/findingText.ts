import { useTranslation } from "react-i18next";

import { useFormats } from "../ui/format";
import { useReasonText } from "../ui/reasonText";
import { titleOf } from "./slotChanges";
import type { Finding, Seen } from "./trafficLight";

/** Gives a finding's sentences: what is so, and what to do about it. */
export function useFindingText(seen: Seen): (finding: Finding) => { what: string; whatToDo: string } {
  const { t } = useTranslation("today");
  const formats = useFormats();
  const reasons = useReasonText();
  return (finding) => {
    const { kind, count, outOf, usualMs, windowMs, shut, reason, until } = finding;
    const words = {
      count,
      outOf: formats.number(outOf),
      slot: seen.slots.find(({ id }) => id === finding.slotId)?.name ?? finding.slotId,
      provider: finding.provider && titleOf(finding.provider, seen),
      usual: formats.duration(usualMs),
      window: formats.duration(windowMs),
      why: shut && t(`shut.${shut}`),
      until: until ? formats.time(until) : null,
    };
    const lasts = until ? t("light.quotaLow.until", words) : null;
    const because = reason && t("light.because", { reason: reasons.name(reason).toLowerCase() });
    return {
      what: [t(`light.${kind}.what`, words), because, lasts].filter(Boolean).join(" "),
      whatToDo: reason ? reasons.whatToDo(reason) : t(`light.${kind}.do`, words),
    };
  };
}
