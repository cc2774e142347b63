import { useRef, useState } from "react";

import { api, newIdempotencyKey } from "../../api/client";
import { asProblem, type FieldFault, type Problem } from "../../api/problem";
import type { Choices } from "../../ui/conflict";
import { changesOf, creationOf, draftOf, type Draft, type Slot } from "../draft";
import { merged } from "../conflict";
import { isWarning, useAskWarnings } from "../useAskWarnings";
import { ownFaults } from "./check";
import type { Provider } from "./form";

export interface Conflict {
  current: Slot;
  /** Of the next try. */
  version: number;
}

interface Options {
  /** Null: a slot that is not created yet. */
  slot: Slot | null;
  base: Draft;
  draft: Draft;
  /** Of `base`. */
  version: number;
  providers: readonly Provider[];
  onSaved: (saved: Slot, password: string | null) => void;
  /** Called with what is there now and what of it is to be changed, when somebody else was faster. */
  onMerged: (current: Slot, mine: Draft) => void;
}

/** Saves a draft: checks it, sends what changed, asks about warnings, and keeps what somebody else made of the slot meanwhile. */
export function useSaving({ slot, base, draft, version, providers, onSaved, onMerged }: Options) {
  const askWarnings = useAskWarnings();
  const send = useSending();
  const [isSaving, setIsSaving] = useState(false);
  const [faults, setFaults] = useState<readonly FieldFault[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [refusals, setRefusals] = useState(0);
  const [conflict, setConflict] = useState<Conflict | null>(null);

  const refused = async (thrown: unknown, again: () => Promise<void>) => {
    const found = asProblem(thrown);
    if (found.code === "version_conflict" && found.current && slot) {
      const current = found.current.body as Slot;
      setConflict({ current, version: current.version });
    } else if (isWarning(found)) {
      if (await askWarnings(found)) await again();
    } else if (found.code !== "unauthenticated") {
      // the window that asks for the password has said that one
      setRefusals((count) => count + 1);
      setProblem(found);
      setFaults(found.faults);
    }
  };
  const attempt = async (mine: Draft, from: Draft, of: number, ignoreWarnings = false): Promise<void> => {
    try {
      const saved = slot ? await send.changes(slot.id, mine, from, of, ignoreWarnings) : await send.creation(mine, ignoreWarnings);
      setFaults([]);
      setProblem(null);
      onSaved(saved, mine.ingest_password ?? null);
    } catch (error) {
      await refused(error, () => attempt(mine, from, of, true));
    }
  };
  const guarded = async (mine: Draft, from: Draft, of: number) => {
    const own = ownFaults(mine, providers, slot === null);
    setProblem(null);
    setFaults(own);
    if (own.length > 0) {
      setRefusals((count) => count + 1);
      return;
    }
    setIsSaving(true);
    await attempt(mine, from, of);
    setIsSaving(false);
  };

  const resolve = async (choices: Choices) => {
    if (!conflict) return;
    const { current, version: next } = conflict;
    const mine = merged(draft, current, choices);
    setConflict(null);
    onMerged(current, mine);
    if (Object.keys(changesOf(mine, draftOf(current))).length > 0) await guarded(mine, draftOf(current), next);
  };
  const forgive = (fields: readonly string[]) =>
    setFaults((now) => now.filter(({ pointer }) => !fields.some((field) => pointer === `/${field}` || pointer.startsWith(`/${field}/`))));
  return {
    isSaving, faults, problem, refusals, conflict, resolve, forgive, save: () => guarded(draft, base, version), putOff: () => setConflict(null),
  };
}

function useSending() {
  const sent = useRef({ body: "", key: "" });
  return {
    changes: async (id: string, mine: Draft, from: Draft, version: number, ignoreWarnings: boolean): Promise<Slot> => {
      const { data } = await api.PATCH("/api/v1/slots/{id}", {
        params: { path: { id }, header: { "If-Match": `"${version}"` }, query: { ignore_warnings: ignoreWarnings } }, body: changesOf(mine, from),
      });
      return data as Slot;
    },
    creation: async (mine: Draft, ignoreWarnings: boolean): Promise<Slot> => {
      const body = creationOf(mine);
      // the same thing sent again, because its answer was lost, is created once
      const text = JSON.stringify([body, ignoreWarnings]);
      if (sent.current.body !== text) sent.current = { body: text, key: newIdempotencyKey() };
      const { data } = await api.POST("/api/v1/slots", { params: { header: { "Idempotency-Key": sent.current.key }, query: { ignore_warnings: ignoreWarnings } }, body });
      return data as Slot;
    },
  };
}
