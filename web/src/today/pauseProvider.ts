import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { useConfirm } from "../ui/confirm";
import { useNotify } from "../ui/notify";
import { usedProviders } from "./providersNow";
import { titleOf } from "./slotChanges";
import type { Seen } from "./trafficLight";
import { useUndo } from "./undo";

const PAUSE = "/api/v1/providers/{name}/pause";

/**
 * Keeps photos from a provider after a question, with a way back: each slot goes on with its next provider.
 *
 * Operators may do this; only administrators change a slot.
 */
export function usePauseProvider(seen: Seen): (name: string) => Promise<void> {
  const { t } = useTranslation("today");
  const client = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const undoable = useUndo();

  const trying = async (doing: () => Promise<void>) => {
    try {
      await doing();
    } catch (error) {
      notify.failed(error);
    }
    await client.invalidateQueries({ queryKey: ["get", "/api/v1/providers"] });
  };
  return async (name) => {
    const words = { provider: titleOf(name, seen) };
    const alone = seen.slots.filter((slot) => slot.state === "open" && usedProviders([slot]).every((one) => one === name));
    const names = alone.map((slot) => slot.name).join(", ");
    const text = [t("providers.pauseText", words), alone.length > 0 && t("providers.pauseAlone", { names, count: alone.length })].filter(Boolean).join(" ");
    if (!(await confirm({ title: t("providers.pauseTitle", words), text, action: t("providers.pause", words), isDangerous: alone.length > 0 }))) return;
    const params = { path: { name } };
    await trying(async () => {
      await api.PUT(PAUSE, { params, body: { why: t("providers.pauseWhy") } });
      undoable(t("providers.paused", words), () =>
        trying(async () => {
          await api.DELETE(PAUSE, { params });
          notify.done(t("providers.resumed", words));
        }),
      );
    });
  };
}
