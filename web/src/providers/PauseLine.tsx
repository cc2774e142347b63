import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { useMay } from "../session/session";
import { Moment } from "../ui/Moment";
import { useNotify } from "../ui/notify";
import { isPaused, type Provider } from "./health";
import { usePauseDialog } from "./PauseDialog";
import { useRefreshProviders } from "./useProviders";

const WHILE_DRAINING_MS = 1_000;

/** Whether a provider is paused, by whom and why, what still runs at it; and the way in and out. */
export function PauseLine({ provider }: { provider: Provider }) {
  const { t } = useTranslation("providers");
  const { name, title } = provider.manifest;
  const mayPause = useMay("operator");
  const ask = usePauseDialog();
  if (isPaused(provider)) return <Paused name={name} title={title} mayResume={mayPause} />;
  if (!mayPause) return null;
  return (
    <Button variant="default" w="fit-content" onClick={() => ask(name, title)}>
      {t("pause.do", { title })}
    </Button>
  );
}

function Paused({ name, title, mayResume }: { name: string; title: string; mayResume: boolean }) {
  const { t } = useTranslation("providers");
  const notify = useNotify();
  const refresh = useRefreshProviders();
  const path = { params: { path: { name } } };
  const { data: pause } = $api.useQuery("get", "/api/v1/providers/{name}/pause", path, {
    refetchInterval: ({ state }) => (state.data?.state === "draining" ? WHILE_DRAINING_MS : false),
  });
  const resuming = $api.useMutation("delete", "/api/v1/providers/{name}/pause", {
    onSuccess: () => notify.done(t("pause.resumed", { title })),
    onError: notify.failed,
    onSettled: refresh,
  });
  return (
    <Alert color="gray" title={t("pause.title")}>
      <Stack gap="xs">
        {pause?.since && (
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {t("pause.by", { by: pause.by ?? "", why: pause.why ?? "" })} <Moment at={pause.since} />
          </Text>
        )}
        <Text size="sm" aria-live="polite">
          {pause?.state === "draining" && t("pause.draining", { running: t("pause.running", { count: pause.running }), waiting: t("pause.waiting", { count: pause.waiting }) })}
          {pause?.state === "drained" && t("pause.drained")}
        </Text>
        {mayResume && (
          <Group>
            <Button onClick={() => resuming.mutate(path)} loading={resuming.isPending}>
              {t("pause.resume", { title })}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
