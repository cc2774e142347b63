import { Alert, Button, Group, List, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { $api, api } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { Failure } from "../ui/Failure";
import { useNotify } from "../ui/notify";
import type { Slot } from "./draft";
import { usePhotosInWork } from "./usePhotosInWork";
import { useSlotCache } from "./useSlotCache";
import { useSwitch } from "./useSwitch";

const COUNTED = 200;

/** Says what hangs on a slot, and deletes it. */
export function DeleteSlot({ slot, onClose, onDeleted }: { slot: Slot; onClose: () => void; onDeleted?: () => void }) {
  const { t } = useTranslation("slots");
  const notify = useNotify();
  const cache = useSlotCache();
  const switchTo = useSwitch();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  const remove = async () => {
    setIsBusy(true);
    try {
      await api.DELETE("/api/v1/slots/{id}", { params: { path: { id: slot.id }, header: { "If-Match": `"${slot.version}"` } } });
      notify.done(t("remove.done", { name: slot.name }));
      onClose();
      onDeleted?.();
      await cache.forget(slot.id);
    } catch (error) {
      setProblem(asProblem(error));
      setIsBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={t("remove.title", { name: slot.name })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack>
        <Effects slot={slot} />
        {problem && (problem.code === "conflict" ? <Alert role="alert" color="red">{t("remove.busy")}</Alert> : <Failure error={problem} />)}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          {problem?.code === "conflict" && slot.is_active ? (
            <Button
              onClick={() => {
                onClose();
                void switchTo(slot, false);
              }}>
              {t("switch.off")}
            </Button>
          ) : (
            <Button color="red.8" loading={isBusy} onClick={() => void remove()}>
              {t("remove.action")}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Effects({ slot }: { slot: Slot }) {
  const { t } = useTranslation("slots");
  const inWork = usePhotosInWork(slot.id);
  const results = $api.useQuery("get", "/api/v1/results", { params: { query: { slot_id: slot.id, limit: COUNTED } } });
  const galleries = $api.useQuery("get", "/api/v1/event-galleries", { params: { query: { limit: COUNTED } } });
  if (inWork === null || !results.data || !galleries.data) return <Skeleton height={120} />;
  const open = galleries.data.items.filter((gallery) => gallery.is_open && gallery.slot_ids.includes(slot.id));
  const count = results.data.items.length;
  return (
    <>
      <Text>{t("remove.text", { url: slot.ingest_url })}</Text>
      <List spacing="xs">
        {inWork > 0 && <List.Item>{t("remove.inWork", { count: inWork })}</List.Item>}
        <List.Item>{results.data.next_cursor === null ? t("remove.links", { count }) : t("remove.manyLinks", { number: count })}</List.Item>
        {open.length > 0 && <List.Item>{t("remove.galleries", { count: open.length, titles: open.map(({ title, id }) => title || id).join(", ") })}</List.Item>}
        <List.Item>{t("remove.revisions")}</List.Item>
      </List>
    </>
  );
}
