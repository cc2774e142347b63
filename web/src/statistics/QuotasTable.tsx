import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import type { Schemas } from "../api/schema";
import { useMoney } from "../providers/money";
import { useFormats } from "../ui/format";
import { Listing } from "../ui/Listing";
import { RowsSkeleton } from "../ui/Page";
import { SortableTable, type Column } from "./SortableTable";
import type { Scope } from "./timeSpan";
import type { useNames } from "./useStatistics";

type Quota = Schemas["QuotaShown"];
const AGAIN_MS = 30_000;

/** What is left of every limit that is set, for everybody and for slots, and until when it lasts. */
export function QuotasTable({ scope, names }: { scope: Scope; names: ReturnType<typeof useNames> }) {
  const { t } = useTranslation("statistics");
  const formats = useFormats();
  const money = useMoney();
  const asked = $api.useQuery("get", "/api/v1/quotas", {}, { refetchInterval: AGAIN_MS });
  const amount = (value: number, currency: string | null) => (currency ? money(value, currency) : formats.number(value));
  const slotOf = ({ slot_id: id }: Quota) => (id === null ? t("quotas.everybody") : (names.slots.get(id) ?? id));
  const columns: Column<Quota>[] = [
    { key: "provider", label: t("table.provider"), isText: true, value: (row) => names.providers.get(row.provider) ?? row.provider },
    { key: "slot", label: t("table.slot"), isText: true, value: slotOf },
    { key: "limit", label: t("quotas.limit"), isText: true, value: (row) => t(`quotas.limits.${row.limit}`) },
    { key: "used", label: t("quotas.used"), value: (row) => row.used, show: (row) => amount(row.used, row.currency) },
    { key: "left", label: t("quotas.left"), value: (row) => row.left, show: (row) => amount(row.left, row.currency) },
    { key: "allowed", label: t("quotas.allowed"), value: (row) => row.allowed, show: (row) => amount(row.allowed, row.currency) },
    { key: "lasts", label: t("quotas.lasts"), isText: true, value: (row) => row.lasts_until, show: (row) => (row.lasts_until ? formats.moment(row.lasts_until) : t("quotas.enough")) },
    { key: "resets", label: t("quotas.resets"), isText: true, value: (row) => row.resets_at, show: (row) => (row.resets_at ? formats.moment(row.resets_at) : "") },
  ];
  return (
    <Listing asked={asked} skeleton={<RowsSkeleton rows={2} />}>
      {({ quotas }) => (
        <SortableTable label={t("quotas.title")} columns={columns} keyOf={(row) => `${row.provider} ${row.slot_id} ${row.limit}`} empty={t("quotas.none")}
          rows={quotas.filter((row) => (!scope.provider || row.provider === scope.provider) && (!scope.slotId || row.slot_id === null || row.slot_id === scope.slotId))} />
      )}
    </Listing>
  );
}
