import { Anchor, Badge, Group, Paper, Stack, Table, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { $api } from "../api/client";
import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import { useReasonText } from "../ui/reasonText";
import { StatusBadge } from "../ui/StatusBadge";

type Job = Schemas["JobSummary"];
const WIDE = "(min-width: 62em)";

/** Photos as a table, on a phone as cards. */
export function JobTable({ jobs }: { jobs: readonly Job[] }) {
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const { data } = $api.useQuery("get", "/api/v1/slots", {}, { staleTime: 60_000 });
  const { data: providers } = $api.useQuery("get", "/api/v1/providers", {}, { staleTime: 60_000 });
  const names = new Map(data?.items.map(({ id, name }) => [id, name]));
  const titles = new Map(providers?.items.map(({ manifest }) => [manifest.name, manifest.title]));
  return isWide ? <Rows jobs={jobs} names={names} titles={titles} /> : <Cards jobs={jobs} names={names} titles={titles} />;
}

interface Props {
  jobs: readonly Job[];
  /** Of slots. */
  names: ReadonlyMap<string, string>;
  /** Of providers. */
  titles: ReadonlyMap<string, string>;
}

function titleOf({ provider }: Job, titles: Props["titles"]): string {
  return provider ? (titles.get(provider) ?? provider) : "";
}

function Rows({ jobs, names, titles }: Props) {
  const { t } = useTranslation("jobs");
  const shown = useShown();
  return (
    <Table verticalSpacing="xs" stickyHeader stickyHeaderOffset={60} aria-label={t("common:nav.jobs")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("job.came")}</Table.Th>
          <Table.Th>{t("job.status")}</Table.Th>
          <Table.Th>{t("job.slot")}</Table.Th>
          <Table.Th>{t("job.booth")}</Table.Th>
          <Table.Th ta="right">{t("job.took")}</Table.Th>
          <Table.Th>{t("job.provider")}</Table.Th>
          <Table.Th>{t("job.reason")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {jobs.map((job) => (
          <Table.Tr key={job.id} data-job={job.id}>
            <Table.Td style={{ whiteSpace: "nowrap" }}>
              <JobLink job={job} />
            </Table.Td>
            <Table.Td>
              <Marks job={job} />
            </Table.Td>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{names.get(job.slot_id) ?? job.slot_id}</Table.Td>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{job.booth}</Table.Td>
            <Table.Td ta="right" className="number" style={{ whiteSpace: "nowrap" }}>
              {shown.took(job)}
            </Table.Td>
            <Table.Td>{titleOf(job, titles)}</Table.Td>
            <Table.Td>{shown.reason(job)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Cards({ jobs, names, titles }: Props) {
  const { t } = useTranslation("jobs");
  const shown = useShown();
  return (
    <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }} aria-label={t("common:nav.jobs")}>
      {jobs.map((job) => (
        <Paper key={job.id} component="li" withBorder p="sm" data-job={job.id}>
          <Group justify="space-between" gap="xs">
            <JobLink job={job} />
            <Marks job={job} />
          </Group>
          <Text fw={600} style={{ overflowWrap: "anywhere" }}>
            {names.get(job.slot_id) ?? job.slot_id}
          </Text>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {[job.booth, titleOf(job, titles), job.finalized_at && shown.took(job)].filter(Boolean).join(" · ")}
          </Text>
          {job.failure_reason && <Text>{shown.reason(job)}</Text>}
        </Paper>
      ))}
    </Stack>
  );
}

function JobLink({ job }: { job: Job }) {
  const formats = useFormats();
  return (
    <Anchor component={Link} to={`/jobs/${job.id}`} className="number" style={{ display: "inline-flex", alignItems: "center", minHeight: 44 }}>
      <time dateTime={job.created_at}>{formats.moment(job.created_at)}</time>
    </Anchor>
  );
}

function Marks({ job }: { job: Job }) {
  const { t } = useTranslation("jobs");
  return (
    <Group gap={4}>
      <StatusBadge status={job.status} />
      {job.source === "test_run" && (
        <Badge variant="outline" color="gray" autoContrast>
          {t("source.test_run")}
        </Badge>
      )}
    </Group>
  );
}

/** Gives a photo's time and reason in words. */
function useShown() {
  const formats = useFormats();
  const reasons = useReasonText();
  return {
    took: ({ created_at: from, finalized_at: to }: Job) => formats.duration(to === null ? null : Date.parse(to) - Date.parse(from)),
    reason: ({ failure_reason: reason }: Job) => (reason ? reasons.name(reason) : ""),
  };
}
