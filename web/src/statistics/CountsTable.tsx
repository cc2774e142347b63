import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import { Moment } from "../ui/Moment";
import { useReasonText } from "../ui/reasonText";
import { SortableTable, type Column } from "./SortableTable";

type Row = Schemas["Row"];

const COUNTS = ["jobs", "done", "timeouts", "provider_errors", "refusals", "others", "running"] as const;
const TIMES = ["total_ms", "queue_wait_ms", "provider_time_ms"] as const;
const PERCENTILES = ["p50", "p95", "p99"] as const;

interface Props {
  rows: readonly Row[];
  names: ReadonlyMap<string, string>;
  label: string;
  linkOf: (id: string) => string;
}

/** All counts and times of slots or providers. */
export function CountsTable({ rows, names, label, linkOf }: Props) {
  const { t } = useTranslation("statistics");
  const columns = useColumns(names, linkOf);
  return <SortableTable label={label} columns={columns} rows={rows} keyOf={({ id }) => id} empty={t("table.empty")} />;
}

function useColumns(names: Props["names"], linkOf: Props["linkOf"]): Column<Row>[] {
  const { t } = useTranslation("statistics");
  const formats = useFormats();
  const reasons = useReasonText();
  // a slot's last error has a job's reason, a provider's an attempt's outcome
  const told = (reason: string) => (reasons.name(reason) === reasons.name("unknown") ? reasons.outcome(reason) : reasons.name(reason));
  const nameOf = (row: Row) => names.get(row.id) ?? row.id;
  return [
    { key: "name", label: t("table.name"), value: nameOf, isText: true, show: (row) => (names.has(row.id) ? <Anchor component={Link} to={linkOf(row.id)}>{nameOf(row)}</Anchor> : row.id) },
    ...COUNTS.map((name) => ({ key: name, label: t(`count.${name}`), value: (row: Row) => row[name], show: (row: Row) => formats.number(row[name]) })),
    { key: "share", label: t("count.share"), value: (row) => row.success_share, show: (row) => formats.share(row.success_share) },
    ...TIMES.flatMap((time) =>
      PERCENTILES.map((percentile) => ({
        key: `${time} ${percentile}`, label: `${t(`time.${time}`)} ${percentile}`, value: (row: Row) => row[time][percentile], show: (row: Row) => formats.duration(row[time][percentile]),
      })),
    ),
    { key: "success", label: t("table.lastSuccess"), isText: true, value: (row) => row.last_success, show: (row) => row.last_success && <Moment at={row.last_success} /> },
    {
      key: "error", label: t("table.lastError"), isText: true, value: (row) => row.last_error?.at ?? null,
      show: ({ last_error: error }) => error && <Anchor component={Link} to={`/jobs/${error.job_id}`}>{told(error.reason)}, <Moment at={error.at} /></Anchor>,
    },
  ];
}
