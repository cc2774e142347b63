import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import { Moment } from "../ui/Moment";
import { isStage, useReasonText } from "../ui/reasonText";
import { SortableTable, type Column } from "./SortableTable";

type Failure = Schemas["Failure"];

interface Props {
  failures: readonly Failure[];
  names: ReadonlyMap<string, string>;
  since: string;
}

/** Failures by slot and reason, the latest first, with what booths got. */
export function FailuresTable({ failures, names, since }: Props) {
  const { t } = useTranslation("statistics");
  const columns = useColumns(names, since);
  return <SortableTable label={t("failures.title")} columns={columns} rows={failures} keyOf={(row) => `${row.slot_id} ${row.reason}`} empty={t("failures.none")} />;
}

function useColumns(names: ReadonlyMap<string, string>, since: string): Column<Failure>[] {
  const { t } = useTranslation("statistics");
  const formats = useFormats();
  const reasons = useReasonText();
  const jobsOf = ({ slot_id: slot, reason }: Failure) => `/jobs?${new URLSearchParams({ slot, reason, since }).toString()}`;
  return [
    { key: "slot", label: t("table.slot"), isText: true, value: (row) => names.get(row.slot_id) ?? row.slot_id },
    { key: "reason", label: t("failures.reason"), isText: true, value: (row) => reasons.name(row.reason), show: (row) => <Anchor component={Link} to={jobsOf(row)}>{reasons.name(row.reason)}</Anchor> },
    { key: "count", label: t("failures.count"), value: (row) => row.count, show: (row) => formats.number(row.count) },
    { key: "status", label: t("failures.status"), value: (row) => row.http_status, show: (row) => `${row.http_status} ${row.code}` },
    { key: "last", label: t("failures.last"), isText: true, value: (row) => row.last_at, show: (row) => <Anchor component={Link} to={`/jobs/${row.job_id}`}><Moment at={row.last_at} /></Anchor> },
    { key: "detail", label: t("failures.words"), isText: true, value: (row) => (isStage(row.detail) ? "" : row.detail) },
  ];
}
