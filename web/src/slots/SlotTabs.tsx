import { Alert, Tabs } from "@mantine/core";
import { Suspense, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router-dom";

import { useMay } from "../session/session";
import { useConfirm } from "../ui/confirm";
import { RowsSkeleton } from "../ui/Page";
import { SecretDialog } from "../ui/SecretDialog";
import { useLeaveGuard } from "../ui/useLeaveGuard";
import { ConnectBooth } from "./connect/ConnectBooth";
import { draftOf, trialSettings, type Draft, type Slot } from "./draft";
import { SlotConflict } from "./editor/SlotConflict";
import { SlotFormContext, type Change, type Provider, type SlotForm } from "./editor/form";
import { SettingsForm } from "./editor/SettingsForm";
import { useSaving } from "./editor/useSaving";
import { Revisions } from "./history/Revisions";
import { RecentResults } from "./RecentResults";
import { TestRun } from "./trial/TestRun";
import { useDraft } from "./useDraft";

interface Props {
  /** Null: a slot that is not created yet. */
  slot: Slot | null;
  start: Draft;
  providers: readonly Provider[];
  /** Called when it has been saved and whoever did it has noted the new password, if there is one. */
  onSaved: (saved: Slot) => void;
}

/** The tabs of a slot. Its unsaved settings live here, so that they can be tried and are kept while tabs are changed. */
export function SlotTabs({ slot, start, providers, onSaved }: Props) {
  const isAdmin = useMay("admin");
  const { base, draft, change, rebase, isDirty } = useDraft(start);
  const [version, setVersion] = useState(slot?.version ?? 0);
  const [shown, setShown] = useState<{ slot: Slot; password: string } | null>(null);
  const take = (current: Slot, mine?: Draft) => {
    rebase(draftOf(current), mine);
    setVersion(current.version);
  };
  const saving = useSaving({
    slot, base, draft, version, providers, onMerged: take,
    onSaved: (saved, password) => {
      take(saved);
      if (password === null) onSaved(saved);
      else setShown({ slot: saved, password });
    },
  });
  // what others made of it is taken over as long as nothing of mine would be lost
  if (slot && slot.version > version && !isDirty && !saving.isSaving) take(slot);
  useLeaveGuard(isDirty);
  const confirm = useConfirm();
  const { t } = useTranslation("slots");
  const discard = async () => {
    if (await confirm({ title: t("discardTitle"), text: t("discardText"), action: t("discard") })) rebase(base);
  };
  const changeAndForgive: Change = (update) => {
    saving.forgive(typeof update === "function" ? ["template_media"] : Object.keys(update));
    change(update);
  };
  const form: SlotForm = {
    draft, change: changeAndForgive, providers, faults: saving.faults, isNew: slot === null, isReadOnly: !isAdmin, hasOwnPassword: slot?.has_own_password ?? false,
  };
  const settings = useMemo(() => trialSettings(draft), [draft]);
  return (
    <SlotFormContext value={form}>
      {slot && slot.version > version && isDirty && (
        <Alert color="orange" title={t("newer.title", { author: slot.author || t("conflict.somebody") })}>
          {t("newer.text")}
        </Alert>
      )}
      <PageTabs
        settings={
          <SettingsForm isDirty={isDirty} isSaving={saving.isSaving} hasParams={isAdmin} problem={saving.problem} refusals={saving.refusals} onSave={() => void saving.save()}
            onDiscard={() => void discard()} />
        }
        {...(isAdmin && { try: <TestRun slotId={slot?.id ?? null} settings={settings} /> })}
        {...(slot && { connect: <ConnectBooth slot={slot} />, recent: <RecentResults slotId={slot.id} />, history: <Revisions slot={slot} onRolledBack={onSaved} /> })} />
      {saving.conflict && <SlotConflict conflict={saving.conflict} base={base} mine={draft} onResolve={(choices) => void saving.resolve(choices)} onClose={saving.putOff} />}
      <SecretDialog title={t("password.saved")} value={shown?.password ?? null} label={t("password.what")}
        onClose={() => {
          setShown(null);
          if (shown) onSaved(shown.slot);
        }} />
    </SlotFormContext>
  );
}

const TABS = ["settings", "try", "connect", "recent", "history"] as const;
type Tab = (typeof TABS)[number];

/** Tabs by the address (`?tab=`). What was opened once stays: a photo to try is not lost while the prompt is changed. */
function PageTabs(panels: Partial<Record<Tab, ReactNode>> & { settings: ReactNode }) {
  const { t } = useTranslation("slots");
  const [search, setSearch] = useSearchParams();
  const there = TABS.filter((tab) => panels[tab] !== undefined);
  const tab = there.find((name) => name === search.get("tab")) ?? "settings";
  const [opened, setOpened] = useState<ReadonlySet<Tab>>(new Set());
  if (!opened.has(tab)) setOpened(new Set([...opened, tab]));
  const choose = (name: string | null) => {
    const next = new URLSearchParams(search);
    next.set("tab", name ?? "settings");
    setSearch(next, { replace: true });
  };
  return (
    <Tabs value={tab} onChange={choose}>
      <Tabs.List mb="md">
        {there.map((name) => (
          <Tabs.Tab key={name} value={name} mih={44}>
            {t(`tab.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {there.map((name) => (
        <Tabs.Panel key={name} value={name}>
          {opened.has(name) && <Suspense fallback={<RowsSkeleton />}>{panels[name]}</Suspense>}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
