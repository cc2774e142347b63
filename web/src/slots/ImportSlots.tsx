import { Button, Checkbox, FileInput, Group, Modal, NativeSelect, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { Schemas } from "../api/schema";
import { Failure } from "../ui/Failure";
import { useNotify } from "../ui/notify";
import { ImportPlan } from "./ImportPlan";

const CONFLICTS = ["refuse", "skip", "overwrite", "new_id"] as const;
type Report = Schemas["ImportReport"];
type Content = Schemas["SlotFile"];

/** Takes slots in from a file: says first what would be done, then does it. */
export function ImportSlots({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("slots");
  const notify = useNotify();
  const queryClient = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [content, setContent] = useState<Content | null>(null);
  const [isBroken, setIsBroken] = useState(false);
  const [onConflict, setOnConflict] = useState<Schemas["OnConflict"]>("refuse");
  const [ignoreWarnings, setIgnoreWarnings] = useState(false);
  const [plan, setPlan] = useState<Report | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  const send = async (body: Content, isDry: boolean, conflicts: Schemas["OnConflict"], ignoring: boolean) => {
    setIsBusy(true);
    setProblem(null);
    try {
      const query = { dry_run: isDry, on_conflict: conflicts, ignore_warnings: ignoring };
      const { data } = await api.POST("/api/v1/slot-import", { params: { query }, body });
      return data ?? null;
    } catch (error) {
      setProblem(asProblem(error));
      return null;
    } finally {
      setIsBusy(false);
    }
  };
  const look = async (body: Content, conflicts = onConflict, ignoring = ignoreWarnings) => setPlan(await send(body, true, conflicts, ignoring));
  const read = async (chosen: File | null) => {
    setFile(chosen);
    setPlan(null);
    setContent(null);
    setIsBroken(false);
    if (!chosen) return;
    try {
      const parsed = JSON.parse(await chosen.text()) as Content;
      setContent(parsed);
      await look(parsed);
    } catch {
      setIsBroken(true);
    }
  };
  const carryOut = async () => {
    if (!content) return;
    const done = await send(content, false, onConflict, ignoreWarnings);
    if (!done) return;
    notify.done(t("import.done", { count: done.slots.filter(({ action }) => action === "create" || action === "change").length }));
    await queryClient.invalidateQueries();
    onClose();
  };
  const faults = plan?.slots.flatMap(({ errors }) => errors ?? []) ?? [];
  const hasWarnings = ignoreWarnings || faults.some(({ is_warning: isWarning }) => isWarning);
  return (
    <Modal opened onClose={onClose} size="lg" title={t("import.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack>
        <FileInput label={t("import.file")} placeholder={t("import.choose")} size="md" accept="application/json,.json" value={file} error={isBroken && t("import.broken")} onChange={(chosen) => void read(chosen)} />
        <NativeSelect label={t("import.onConflict")} value={onConflict} data={CONFLICTS.map((value) => ({ value, label: t(`import.conflict.${value}`) }))}
          onChange={(event) => {
            const value = event.currentTarget.value as Schemas["OnConflict"];
            setOnConflict(value);
            if (content) void look(content, value);
          }} />
        {problem && <Failure error={problem} />}
        {plan && <ImportPlan plan={plan} />}
        {plan && hasWarnings && (
          <Checkbox size="md" label={t("import.ignoreWarnings")} checked={ignoreWarnings}
            onChange={(event) => {
              setIgnoreWarnings(event.currentTarget.checked);
              if (content) void look(content, onConflict, event.currentTarget.checked);
            }} />
        )}
        {faults.length > 0 && <Text c="red">{t("import.cannot")}</Text>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button disabled={!plan || faults.length > 0} loading={isBusy} onClick={() => void carryOut()}>
            {t("import.action")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
