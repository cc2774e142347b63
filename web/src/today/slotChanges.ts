/** The two safe actions on a slot, each with its way back. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useConfirm } from "../ui/confirm";
import { useNotify } from "../ui/notify";
import { switchOf } from "./providersNow";
import { changed, read, rolledBack } from "./slotRequests";
import type { Seen } from "./trafficLight";
import { useUndo } from "./undo";

type Slot = Schemas["SlotShown"];

/** Gives what disables a slot after a question (its photos in work are cancelled), and what lets it go on. */
export function usePauseSlot(): { pause: (slot: Slot, running: number) => Promise<void>; resume: (slot: Slot) => Promise<void> } {
  const { t } = useTranslation("today");
  const confirm = useConfirm();
  const notify = useNotify();
  const undoable = useUndo();
  const trying = useTrying();

  const activate = async (slot: Slot, etag: string) => {
    await changed(slot.id, etag, { is_active: true, comment: t("slots.resumedComment") });
    notify.done(t("slots.resumed", { name: slot.name }));
  };
  const disable = async (slot: Slot) => {
    const { etag } = await read(slot.id);
    const after = await changed(slot.id, etag, { is_active: false, comment: t("slots.pausedComment") });
    undoable(t("slots.paused", { name: slot.name }), () => trying(() => activate(slot, after)));
  };
  return {
    pause: async (slot, running) => {
      const text = [t("slots.pauseText"), running > 0 && t("slots.pauseRunning", { count: running })].filter(Boolean).join(" ");
      if (await confirm({ title: t("slots.pauseTitle", { name: slot.name }), text, action: t("slots.pause") })) await trying(() => disable(slot));
    },
    resume: (slot) => trying(async () => activate(slot, (await read(slot.id)).etag)),
  };
}

/** Gives what puts a slot's first working fallback in front, after a question. */
export function useSwitchOver(seen: Seen): (slot: Slot) => Promise<void> {
  const { t } = useTranslation("today");
  const confirm = useConfirm();
  const notify = useNotify();
  const undoable = useUndo();
  const trying = useTrying();

  return async (slot) => {
    const planned = switchOf(slot, seen);
    if (!planned) return;
    const words = { name: slot.name, from: titleOf(slot.provider, seen), to: titleOf(planned.to, seen) };
    if (!(await confirm({ title: t("slots.switchTitle", words), text: t("slots.switchText", words), action: t("slots.switch", words), isDangerous: false }))) return;
    await trying(async () => {
      const { slot: now, etag } = await read(slot.id);
      const found = switchOf(now, seen);
      if (!found) return;
      const after = await changed(slot.id, etag, { ...found.change, comment: t("slots.switchedComment", words) });
      undoable(t("slots.switched", words), () =>
        trying(async () => {
          await rolledBack(slot.id, after, now.version);
          notify.done(t("slots.switchedBack", words));
        }),
      );
    });
  };
}

/** Gives what does something to a slot, says what went wrong, and shows the slot as it is then. */
function useTrying(): (doing: () => Promise<void>) => Promise<void> {
  const client = useQueryClient();
  const notify = useNotify();
  return async (doing) => {
    try {
      await doing();
    } catch (error) {
      notify.failed(error);
    }
    await client.invalidateQueries({ queryKey: ["get", "/api/v1/slots"] });
    await client.invalidateQueries({ queryKey: ["today"] });
  };
}

/** Gives the provider's name as people know it. */
export function titleOf(name: string, { providers }: Pick<Seen, "providers">): string {
  return providers.find(({ manifest }) => manifest.name === name)?.manifest.title ?? name;
}
