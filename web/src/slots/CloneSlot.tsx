import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router-dom";

import { $api, api, newIdempotencyKey } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { Failure } from "../ui/Failure";
import { useFaultText } from "../ui/faultText";
import { useNotify } from "../ui/notify";
import { RANGES, type Slot } from "./draft";
import { freeId, slug } from "./slug";
import { isWarning, useAskWarnings } from "./useAskWarnings";
import { useSlotCache } from "./useSlotCache";

/** Asks for the name and id of a copy, makes it, and goes there. */
export function CloneSlot({ slot, onClose }: { slot: Slot; onClose: () => void }) {
  const { t } = useTranslation("slots");
  const navigate = useNavigate();
  const notify = useNotify();
  const cache = useSlotCache();
  const askWarnings = useAskWarnings();
  const faultText = useFaultText();
  const slots = $api.useQuery("get", "/api/v1/slots");
  const taken = new Set(slots.data?.items.map(({ id }) => id));
  const [name, setName] = useState(t("clone.nameOf", { name: slot.name }).slice(0, RANGES.name.max));
  const [typedId, setTypedId] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const id = typedId ?? freeId(slug(name), taken);
  const idFault = problem?.faults.find(({ pointer }) => pointer === "/id");

  const clone = async (ignoreWarnings: boolean): Promise<void> => {
    try {
      const params = { path: { id: slot.id }, query: { ignore_warnings: ignoreWarnings }, header: { "Idempotency-Key": newIdempotencyKey() } };
      const { data } = await api.POST("/api/v1/slots/{id}/clone", { params, body: { id, name } });
      const made = data as Slot;
      void cache.put(made);
      notify.done(t("created", { name: made.name }));
      onClose();
      void navigate(`/slots/${made.id}`);
    } catch (error) {
      const found = asProblem(error);
      if (isWarning(found) && (await askWarnings(found))) await clone(true);
      else setProblem(isWarning(found) ? null : found);
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setProblem(null);
    await clone(false);
    setIsBusy(false);
  };
  return (
    <Modal opened onClose={onClose} title={t("clone.title", { name: slot.name })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <TextInput label={t("field.name")} required maxLength={RANGES.name.max} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <TextInput label={t("field.id")} description={t("help.id")} required pattern="[a-z0-9]([a-z0-9\-]{0,62}[a-z0-9])?" maxLength={64} autoCapitalize="none" value={id}
            error={idFault && faultText(idFault)} onChange={(event) => setTypedId(event.currentTarget.value)} />
          {problem && !idFault && <Failure error={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" loading={isBusy}>
              {t("clone.action")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
