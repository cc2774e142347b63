import { Alert, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import type { Schemas } from "../../api/schema";
import { CopyButton } from "../../ui/CopyButton";
import { useFormats } from "../../ui/format";
import { Listing } from "../../ui/Listing";
import { Checks } from "./Checks";
import { Findings } from "./Findings";

type Run = Schemas["PreflightRun"];

const WHILE_RUNNING_MS = 1_000;

/** One preflight as it goes: how far, what it has found, what to type into the booths. */
export function PreflightResult({ id }: { id: string }) {
  const { t } = useTranslation("operations");
  const asked = $api.useQuery("get", "/api/v1/preflight/{id}", { params: { path: { id } } }, {
    refetchInterval: ({ state }) => (state.data?.state === "running" ? WHILE_RUNNING_MS : false),
  });
  return (
    <Listing asked={asked}>
      {(run) => (
        <Paper withBorder p="md" component="section">
          <Stack>
            <Group justify="space-between">
              <Title order={2} size="h4">
                {t("preflight.result")}
              </Title>
              <CopyButton value={window.location.href} label={t("preflight.link")} withText />
            </Group>
            <Verdict run={run} />
            <Findings findings={run.findings ?? []} />
            <Checks run={run} />
            {(run.advice ?? []).length > 0 && <Advice advice={run.advice ?? []} />}
          </Stack>
        </Paper>
      )}
    </Listing>
  );
}

function Verdict({ run: { state, is_ready, started_by, started_at, findings = [] } }: { run: Run }) {
  const { t } = useTranslation("operations");
  const formats = useFormats();
  const outcome = state === "finished" ? (is_ready ? (findings.length > 0 ? "warnings" : "ready") : "notReady") : state;
  const colors = { running: "blue", abandoned: "red", ready: "green", warnings: "yellow", notReady: "red" } as const;
  return (
    <Alert color={colors[outcome]} title={t(`preflight.verdict.${outcome}.what`)} aria-live="polite">
      <Text size="sm">{t(`preflight.verdict.${outcome}.do`)}</Text>
      {started_at && <Text size="sm">{t("preflight.begun", { by: started_by, time: formats.moment(started_at) })}</Text>}
    </Alert>
  );
}

function Advice({ advice }: { advice: Schemas["BoothAdvice"][] }) {
  const { t } = useTranslation("operations");
  const formats = useFormats();
  return (
    <div>
      <Title order={3} size="h5">
        {t("preflight.advice")}
      </Title>
      {advice.map(({ slot_id, ingest_url, client_timeout_seconds }) => (
        <Group key={slot_id} gap="xs" wrap="nowrap">
          <Text size="sm" style={{ overflowWrap: "anywhere", flex: 1 }}>
            <b>{slot_id}</b>: {ingest_url} · {t("preflight.timeout", { seconds: formats.number(client_timeout_seconds) })}
          </Text>
          <CopyButton value={ingest_url} label={t("preflight.address", { slot: slot_id })} />
        </Group>
      ))}
    </div>
  );
}
