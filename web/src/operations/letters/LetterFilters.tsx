import { NativeSelect, SimpleGrid, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import { PERIODS, REASONS, type Filters } from "./filters";

const JOB = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Props {
  filters: Filters;
  onChange: (changes: Partial<Filters>) => void;
}

/** What narrows the list of dead letters. */
export function LetterFilters({ filters, onChange }: Props) {
  const { t } = useTranslation("operations");
  const queues = $api.useQuery("get", "/api/v1/queues", {}, { retry: false, staleTime: Infinity });
  const names = new Set([...(queues.data?.items.map(({ name }) => name) ?? []), filters.queue].filter(Boolean));
  const all = { value: "", label: t("filter.all") };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 5 }}>
      <NativeSelect label={t("filter.reason")} value={filters.reason} onChange={(event) => onChange({ reason: event.currentTarget.value })}
        data={[all, ...REASONS.map((value) => ({ value, label: t(`reason.${value}.short`) }))]} />
      <NativeSelect label={t("filter.queue")} value={filters.queue} onChange={(event) => onChange({ queue: event.currentTarget.value })}
        data={[all, ...[...names].map((value) => ({ value, label: value }))]} />
      <NativeSelect label={t("filter.period")} value={filters.period} onChange={(event) => onChange({ period: event.currentTarget.value })}
        data={[all, ...Object.keys(PERIODS).map((value) => ({ value, label: t(`filter.${value}`) }))]} />
      <NativeSelect label={t("filter.replayed")} value={filters.replayed} onChange={(event) => onChange({ replayed: event.currentTarget.value })}
        data={[all, { value: "no", label: t("filter.notReplayed") }, { value: "yes", label: t("filter.wasReplayed") }]} />
      <JobField value={filters.job_id} onChange={(job_id) => onChange({ job_id })} />
    </SimpleGrid>
  );
}

/** Narrows as soon as a whole id stands there. */
function JobField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("operations");
  const [unfinished, setUnfinished] = useState<string | null>(null);
  const change = (text: string) => {
    const id = text.trim().toLowerCase();
    const isWhole = id === "" || JOB.test(id);
    setUnfinished(isWhole ? null : id);
    if (isWhole) onChange(id);
  };
  return (
    <TextInput label={t("filter.job")} value={unfinished ?? value} onChange={(event) => change(event.currentTarget.value)} autoComplete="off"
      error={unfinished !== null && t("filter.jobWrong")} />
  );
}
