import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { useConfirm } from "../ui/confirm";
import { useNotify } from "../ui/notify";
import type { Slot } from "./draft";
import { InWork } from "./InWork";
import { isWarning, useAskWarnings } from "./useAskWarnings";
import { useSlotCache } from "./useSlotCache";

/** Switches a slot off, after saying what that cancels, or on. */
export function useSwitch(): (slot: Slot, isActive: boolean) => Promise<void> {
  const { t } = useTranslation("slots");
  const confirm = useConfirm();
  const askWarnings = useAskWarnings();
  const notify = useNotify();
  const cache = useSlotCache();

  const send = async (slot: Slot, isActive: boolean, etag: string, ignoreWarnings: boolean): Promise<Slot> => {
    const params = { path: { id: slot.id }, header: { "If-Match": etag }, query: { ignore_warnings: ignoreWarnings } };
    try {
      const { data } = await api.PATCH("/api/v1/slots/{id}", { params, body: { is_active: isActive } });
      return data as Slot;
    } catch (error) {
      const { code, current } = asProblem(error);
      // whatever else was changed meanwhile, it is to be on or off
      if (code === "version_conflict" && current && current.etag !== etag) return send(slot, isActive, current.etag, ignoreWarnings);
      throw error;
    }
  };
  const change = async (slot: Slot, isActive: boolean, ignoreWarnings = false): Promise<void> => {
    try {
      const saved = await send(slot, isActive, `"${slot.version}"`, ignoreWarnings);
      await cache.put(saved);
      notify.done(t(isActive ? "switch.isOn" : "switch.isOff", { name: saved.name }));
    } catch (error) {
      const problem = asProblem(error);
      if (!isWarning(problem)) notify.failed(problem);
      else if (await askWarnings(problem)) await change(slot, isActive, true);
    }
  };
  return async (slot, isActive) => {
    const question = { title: t("switch.title", { name: slot.name }), text: <InWork slotId={slot.id} />, action: t("switch.off") };
    if (isActive || (await confirm(question))) await change(slot, isActive);
  };
}
