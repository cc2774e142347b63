import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { useMay } from "../session/session";
import { useConfirm } from "../ui/confirm";
import { useNotify } from "../ui/notify";
import { hindrancesOf, type Provider } from "./health";
import { useRefreshProviders } from "./useProviders";

const SAID = { open: "breaker.stopped", closed: "breaker.asked" } as const;

/** Stops every call to a provider at once, or has it asked again without waiting. */
export function BreakerButtons({ provider }: { provider: Provider }) {
  const { t } = useTranslation("providers");
  const { name, title } = provider.manifest;
  const confirm = useConfirm();
  const notify = useNotify();
  const refresh = useRefreshProviders();
  const switching = $api.useMutation("put", "/api/v1/providers/{name}/breaker", {
    onSuccess: (_, { body }) => notify.done(t(SAID[body.state], { title })),
    onError: notify.failed,
    onSettled: refresh,
  });
  const mayStop = useMay("admin");
  if (!mayStop) return null;

  const turn = (state: "open" | "closed") => switching.mutate({ params: { path: { name } }, body: { state } });
  const stop = async () => {
    if (await confirm({ title: t("breaker.stop", { title }), text: t("breaker.stopText"), action: t("breaker.stopDo") })) turn("open");
  };
  const open = hindrancesOf(provider).filter(({ reason }) => reason !== "pause");
  return (
    <>
      <Group gap="xs">
        {open.length > 0 && (
          <Button onClick={() => turn("closed")} loading={switching.isPending}>
            {t("breaker.ask")}
          </Button>
        )}
        {!open.some(({ reason }) => reason === "manual") && (
          <Button variant="default" onClick={() => void stop()} loading={switching.isPending}>
            {t("breaker.stopDo")}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {t("breaker.note")}
      </Text>
    </>
  );
}
