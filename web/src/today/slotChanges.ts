/** The two safe actions on a slot, each with its way back. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { Problem } from "../api/problem";
import type { Schemas } from "../api/schema";
import { useConfirm } from "../ui/confirm";
import { useNotify } from "../ui/notify";
import { switchOf } from "./providersNow";
import type { Seen } from "./trafficLight";
import { useUndo } from "./undo";

type Slot = Schemas["SlotShown"];
type Change = Partial<Schemas["SlotChange"]>;

/** What was there before may go on: a provider that has lost its key must not stop the switch away from it. */
const SAVE = { ignore_warnings: true };

export interface SlotChanges {
  /** Disables the slot after a question: its photos in work are cancelled. */
  pause: (slot: Slot, running: number) => Promise<void>;
  resume: (slot: Slot) => Promise<void>;
  /** Puts the slot's first working fallback in front, after a question. */
  switchOver: (slot: Slot) => Promise<void>;
}

export function useSlotChanges(seen: Seen): SlotChanges {
  const { t } = useTranslation("today");
  const client = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const undoable = useUndo();

  /** Does something to a slot; says what came of it, and shows the slot as it is then. */
  const trying = async (doing: () => Promise<void>) => {
    try {
      await doing();
    } catch (error) {
      notify.failed(error);
    }
    await client.invalidateQueries({ queryKey: ["get", "/api/v1/slots"] });
    await client.invalidateQueries({ queryKey: ["today"] });
  };
  const activate = async (slot: Slot, etag: string) => {
    await changed(slot.id, etag, { is_active: true, comment: t("slots.resumedComment") });
    notify.done(t("slots.resumed", { name: slot.name }));
  };

  return {
    pause: async (slot, running) => {
      const text = [t("slots.pauseText"), running > 0 && t("slots.pauseRunning", { count: running })].filter(Boolean).join(" ");
      if (!(await confirm({ title: t("slots.pauseTitle", { name: slot.name }), text, action: t("slots.pause") }))) return;
      await trying(async () => {
        const { etag } = await read(slot.id);
        const after = await changed(slot.id, etag, { is_active: false, comment: t("slots.pausedComment") });
        undoable(t("slots.paused", { name: slot.name }), () => trying(() => activate(slot, after)));
      });
    },
    resume: (slot) => trying(async () => activate(slot, (await read(slot.id)).etag)),
    switchOver: async (slot) => {
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
    },
  };
}

/** Gives the provider's name as people know it. */
export function titleOf(name: string, { providers }: Pick<Seen, "providers">): string {
  return providers.find(({ manifest }) => manifest.name === name)?.manifest.title ?? name;
}

async function read(id: string): Promise<{ slot: Slot; etag: string }> {
  const { data, response } = await api.GET("/api/v1/slots/{id}", { params: { path: { id } } });
  if (!data) throw new Problem("unreadable_answer", `HTTP ${response.status}`);
  return { slot: data, etag: etagOf(response) };
}

/** Changes the slot and gives the ETag of its new version. */
async function changed(id: string, etag: string, change: Change): Promise<string> {
  const params = { path: { id }, query: SAVE, header: { "If-Match": etag } };
  const { response } = await api.PATCH("/api/v1/slots/{id}", { params, body: change as Schemas["SlotChange"] });
  return etagOf(response);
}

async function rolledBack(id: string, etag: string, version: number): Promise<void> {
  const params = { path: { id, number: String(version) }, query: SAVE, header: { "If-Match": etag } };
  await api.POST("/api/v1/slots/{id}/revisions/{number}/rollback", { params, body: { comment: "" } });
}

function etagOf(response: Response): string {
  return response.headers.get("ETag") ?? "";
}
