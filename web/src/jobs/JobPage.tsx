import { Paper, SimpleGrid, Skeleton, Stack, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router-dom";

import { $api } from "../api/client";
import { useLiveEvents } from "../api/events";
import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import { Listing } from "../ui/Listing";
import { Page } from "../ui/Page";
import { useReasonText } from "../ui/reasonText";
import { Waterfall } from "../ui/Waterfall";
import { knownMs, segmentsOf } from "../ui/waterfallSegments";
import { JobActions } from "./JobActions";
import { JobAttempts } from "./JobAttempts";
import { JobFacts } from "./JobFacts";
import { JobResult } from "./JobResult";
import { JobStory } from "./JobStory";
import { Verdict } from "./Verdict";

const PATH = "/api/v1/jobs/{id}";
/** While it runs; events tell sooner. */
const WHILE_RUNNING_MS = 1_000;

/** One photo: what became of it, why, and where its time went. */
export default function JobPage() {
  // all texts at once, so that the page is not shown piece by piece
  const { t } = useTranslation(["jobs", "reasons", "providers"]);
  const { id = "" } = useParams();
  const formats = useFormats();
  const client = useQueryClient();
  const asked = $api.useQuery("get", PATH, { params: { path: { id } } }, { refetchInterval: ({ state }) => (state.data && state.data.finalized_at === null ? WHILE_RUNNING_MS : false) });
  useLiveEvents((event) => {
    if (event.kind === "reset" || event.job_id === id) void client.invalidateQueries({ queryKey: ["get", PATH] });
  });
  const title = asked.data ? t("page.title", { time: formats.moment(asked.data.created_at) }) : t("page.untimed");
  return (
    <Page title={title} actions={asked.data && <JobActions job={asked.data} />}>
      <Listing asked={asked} skeleton={<JobSkeleton />}>
        {(job) => <Job job={job} />}
      </Listing>
    </Page>
  );
}

function Job({ job }: { job: Schemas["JobDetail"] }) {
  const { t } = useTranslation("jobs");
  const reasons = useReasonText();
  // when the answer has left is not in the job: it would look as if it went on
  const steps = job.waterfall.filter(({ kind }) => kind !== "answer");
  return (
    <Stack gap="md">
      <Verdict job={job} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Stack gap="md" miw={0}>
          <Section title={t("page.timing")}>
            <Waterfall segments={segmentsOf(steps, reasons.step)} totalMs={knownMs(job.waterfall)} limitMs={job.window_ms} label={t("page.timing")} />
          </Section>
          <Section title={t("page.attempts")}>
            <JobAttempts job={job} />
          </Section>
          <Section title={t("page.events")}>
            <JobStory events={job.events} />
          </Section>
        </Stack>
        <Stack gap="md" miw={0}>
          {job.status === "done" && (
            <Section title={t("page.result")}>
              <JobResult job={job} />
            </Section>
          )}
          <Section title={t("page.facts")}>
            <JobFacts job={job} />
          </Section>
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper component="section" withBorder p="md" aria-label={title} style={{ overflowWrap: "anywhere" }}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  );
}

function JobSkeleton() {
  return (
    <Stack gap="md">
      <Skeleton height={110} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Skeleton height={320} />
        <Skeleton height={320} />
      </SimpleGrid>
    </Stack>
  );
}
