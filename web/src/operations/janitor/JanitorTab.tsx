import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import { useMay } from "../../session/session";
import { useConfirm } from "../../ui/confirm";
import { Listing } from "../../ui/Listing";
import { useNotify } from "../../ui/notify";
import { JanitorRun } from "./JanitorRun";
import { RoundReport } from "./RoundReport";

const BUSY_MS = 1_000;
const IDLE_MS = 10_000;

/** What the janitor did last, and a round now, for real or dry. */
export default function JanitorTab() {
  const { t } = useTranslation("operations");
  const mayRun = useMay("operator");
  const asked = $api.useQuery("get", "/api/v1/janitor", {}, { refetchInterval: ({ state }) => (isBusy(state.data?.run?.state) ? BUSY_MS : IDLE_MS) });
  return (
    <Listing asked={asked}>
      {({ last, run, is_running }) => (
        <Stack>
          <Text maw={700}>{t("janitor.intro")}</Text>
          {mayRun && <JanitorButtons isBusy={isBusy(run?.state)} onAsked={() => void asked.refetch()} />}
          {run && <JanitorRun run={run} />}
          <Paper withBorder p="md" component="section">
            <Stack gap="xs">
              <Title order={2} size="h4">
                {t("janitor.last")}
              </Title>
              <Text aria-live="polite">{is_running && t("janitor.now")}</Text>
              {last ? <RoundReport report={last} /> : <Text>{t("janitor.never")}</Text>}
            </Stack>
          </Paper>
        </Stack>
      )}
    </Listing>
  );
}

function isBusy(state: string | undefined): boolean {
  return state === "waiting" || state === "running";
}

function JanitorButtons({ isBusy: isUnderWay, onAsked }: { isBusy: boolean; onAsked: () => void }) {
  const { t } = useTranslation("operations");
  const confirm = useConfirm();
  const notify = useNotify();
  const asking = $api.useMutation("post", "/api/v1/janitor/runs", { onError: notify.failed, onSettled: onAsked });
  const ask = (dry_run: boolean) => asking.mutate({ body: { dry_run } });
  const clean = async () => {
    if (await confirm({ title: t("janitor.runTitle"), text: t("janitor.runText"), action: t("janitor.run") })) ask(false);
  };
  return (
    <Group gap="xs">
      <Button onClick={() => ask(true)} loading={asking.isPending} disabled={isUnderWay}>
        {t("janitor.dry")}
      </Button>
      <Button variant="default" onClick={() => void clean()} loading={asking.isPending} disabled={isUnderWay}>
        {t("janitor.run")}
      </Button>
    </Group>
  );
}
