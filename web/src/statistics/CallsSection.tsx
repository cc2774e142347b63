import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useMoney } from "../providers/money";
import { useFormats } from "../ui/format";
import { Section } from "./Section";
import { SortableTable, type Column } from "./SortableTable";
import type { Scope } from "./timeSpan";
import type { useNames } from "./useStatistics";

type Sums = Schemas["Sums"];
type SlotSums = Schemas["SlotSums"];

const OUTCOMES = ["calls", "delivered", "late", "refused", "failed", "cancelled", "unknown", "running"] as const;

interface Props {
  calls: Schemas["CallStatistics"];
  scope: Scope;
  names: ReturnType<typeof useNames>;
}

/** How the providers' calls ended and what they cost, by provider, and by slot and day. */
export function CallsSection({ calls, scope, names }: Props) {
  const { t, i18n } = useTranslation("statistics");
  const columns = useSums();
  const providerOf = ({ provider }: Sums) => names.providers.get(provider) ?? provider;
  const provider: Column<Sums> = { key: "provider", label: t("table.provider"), isText: true, value: providerOf };
  const day = new Intl.DateTimeFormat(i18n.language, { day: "numeric", month: "short", timeZone: "UTC" });
  const ofSlots: Column<SlotSums>[] = [
    { key: "slot", label: t("table.slot"), isText: true, value: (row) => names.slots.get(row.slot_id) ?? row.slot_id },
    { key: "day", label: t("calls.day"), isText: true, value: (row) => row.day, show: (row) => day.format(new Date(row.day)) },
  ];
  const isWanted = (row: Sums) => !scope.provider || row.provider === scope.provider;
  return (
    <>
      <Section title={t("calls.providers")} note={t("calls.note")}>
        <SortableTable label={t("calls.providers")} columns={[provider, ...columns]} rows={calls.providers.filter(isWanted)} keyOf={(row) => `${row.provider} ${row.currency}`} empty={t("calls.none")} />
      </Section>
      <Section title={t("calls.slots")}>
        <SortableTable label={t("calls.slots")} columns={[...ofSlots, provider, ...columns]} rows={calls.slots.filter(isWanted)} keyOf={(row) => `${row.slot_id} ${row.provider} ${row.day} ${row.currency}`}
          empty={t("calls.none")} />
        {calls.uncertain.length > 0 && (
          <Text size="sm" mt="xs">
            {t("calls.uncertain", { count: calls.uncertain.length })}
          </Text>
        )}
      </Section>
    </>
  );
}

function useSums(): Column<Sums>[] {
  const { t } = useTranslation("statistics");
  const formats = useFormats();
  const money = useMoney();
  return [
    ...OUTCOMES.map((name) => ({ key: name, label: t(`calls.outcome.${name}`), value: (row: Sums) => row[name] ?? 0, show: (row: Sums) => formats.number(row[name] ?? 0) })),
    { key: "cost", label: t("calls.cost"), value: (row) => row.cost_micros ?? 0, show: (row) => money(row.cost_micros ?? 0, row.currency) },
    { key: "uncertain", label: t("calls.maybe"), value: (row) => row.uncertain_micros ?? 0, show: (row) => ((row.uncertain_calls ?? 0) > 0 ? money(row.uncertain_micros ?? 0, row.currency) : "") },
  ];
}
