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

/** The way into a pause; nothing while there is one. */
export function PauseButton({ provider }: { provider: Provider }) {
  const { t } = useTranslation("providers");
  const { name, title } = provider.manifest;
  const mayPause = useMay("operator");
  const ask = usePauseDialog();
  if (!mayPause || isPaused(provider)) return null;
  return (
    <Button variant="default" w="fit-content" onClick={() => ask(name, title)} aria-label={t("pause.label", { title })}>
      {t("pause.do")}
    </Button>
  );
}

/** A provider's pause: by whom and why, what still runs at it, and the way out; nothing while there is none. */
export function PauseLine({ provider }: { provider: Provider }) {
  if (!isPaused(provider)) return null;
  return <Paused name={provider.manifest.name} title={provider.manifest.title} />;
}

function Paused({ name, title }: { name: string; title: string }) {
  const { t } = useTranslation("providers");
  const notify = useNotify();
  const refresh = useRefreshProviders();
  const mayResume = useMay("operator");
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
            <Button onClick={() => resuming.mutate(path)} loading={resuming.isPending} aria-label={t("pause.resumeLabel", { title })}>
              {t("pause.resume")}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
