import { ActionIcon, Menu } from "@mantine/core";
import { IconCopyPlus, IconDotsVertical, IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMay } from "../session/session";
import { CloneSlot } from "./CloneSlot";
import { DeleteSlot } from "./DeleteSlot";
import type { Slot } from "./draft";
import { useSwitch } from "./useSwitch";

/** What can be done to a whole slot. */
export function SlotActions({ slot, onDeleted }: { slot: Slot; onDeleted?: () => void }) {
  const { t } = useTranslation("slots");
  const isAdmin = useMay("admin");
  const [asked, setAsked] = useState<"clone" | "delete" | null>(null);
  const switchTo = useSwitch();
  if (!isAdmin) return null;
  const close = () => setAsked(null);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon aria-label={t("actionsOf", { name: slot.name })}>
            <IconDotsVertical aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item mih={44} leftSection={<IconCopyPlus size={18} aria-hidden />} onClick={() => setAsked("clone")}>
            {t("clone.action")}
          </Menu.Item>
          <Menu.Item mih={44} leftSection={slot.is_active ? <IconPlayerPause size={18} aria-hidden /> : <IconPlayerPlay size={18} aria-hidden />}
            onClick={() => void switchTo(slot, !slot.is_active)}>
            {t(slot.is_active ? "switch.off" : "switch.on")}
          </Menu.Item>
          <Menu.Item mih={44} color="red" leftSection={<IconTrash size={18} aria-hidden />} onClick={() => setAsked("delete")}>
            {t("remove.action")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === "clone" && <CloneSlot slot={slot} onClose={close} />}
      {asked === "delete" && <DeleteSlot slot={slot} onClose={close} {...(onDeleted && { onDeleted })} />}
    </>
  );
}
