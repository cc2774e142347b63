import { Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import type { Schemas } from "../../api/schema";
import { useConfirm } from "../../ui/confirm";
import { useFieldText } from "../changes/fieldText";

type SlotShown = Schemas["SlotShown"];

export interface Rollback {
  /** Asks whether to bring the version back, and does it. */
  ask: (number: number) => Promise<void>;
  isRunning: boolean;
  /** Why the last one was not done, and the version that it was to bring back. */
  refused: { number: number; problem: Problem } | null;
  /** Brings it back although its providers only may serve it later. */
  insist: () => Promise<void>;
}

/** Brings an old version of `slot` back, as a change of the version that is shown. */
export function useRollback(slot: SlotShown, onRolledBack: (slot: SlotShown) => void): Rollback {
  const { t } = useTranslation("history");
  const confirm = useConfirm();
  const { summaryOf } = useFieldText();
  const [isRunning, setIsRunning] = useState(false);
  const [refused, setRefused] = useState<Rollback["refused"]>(null);

  const rollBack = async (number: number, ignoreWarnings: boolean) => {
    setIsRunning(true);
    setRefused(null);
    try {
      onRolledBack(await sendRollback(slot, number, t("rollback.comment", { number }), ignoreWarnings));
    } catch (error) {
      setRefused({ number, problem: asProblem(error) });
    } finally {
      setIsRunning(false);
    }
  };
  const ask = async (number: number) => {
    setRefused(null);
    const changes = await changesBack(slot, number).catch((error: unknown) => setRefused({ number, problem: asProblem(error) }));
    if (!changes) return;
    const switchesOff = changes.some(({ pointer, after }) => pointer === "/is_active" && after === false);
    const text = (
      <Stack gap="xs">
        <Text>{changes.some(({ is_secret }) => !is_secret) ? t("rollback.changes", { fields: summaryOf(changes.filter(({ is_secret }) => !is_secret)) }) : t("same")}</Text>
        {switchesOff && <Text fw={600}>{t("rollback.switchesOff")}</Text>}
        <Text>{t("rollback.stays")}</Text>
      </Stack>
    );
    const isSure = await confirm({ title: t("rollback.title", { number }), text, action: t("rollback.do"), isDangerous: switchesOff });
    if (isSure) await rollBack(number, false);
  };
  return { ask, isRunning, refused, insist: async () => (refused ? rollBack(refused.number, true) : undefined) };
}

async function changesBack(slot: SlotShown, number: number): Promise<Schemas["FieldChange"][]> {
  const path = { id: slot.id, number: String(slot.version) };
  const { data } = await api.GET("/api/v1/slots/{id}/revisions/{number}/diff", { params: { path, query: { to: number } } });
  return data?.changes ?? [];
}

async function sendRollback(slot: SlotShown, number: number, comment: string, ignoreWarnings: boolean): Promise<SlotShown> {
  const { data } = await api.POST("/api/v1/slots/{id}/revisions/{number}/rollback", {
    params: { path: { id: slot.id, number: String(number) }, header: { "If-Match": `"${slot.version}"` }, query: { ignore_warnings: ignoreWarnings } },
    body: { comment },
  });
  return data as SlotShown;
}
