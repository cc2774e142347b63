import { Button, Menu } from "@mantine/core";
import { IconFileExport, IconFileImport, IconFiles } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { useNotify } from "../ui/notify";
import { saveFile } from "../ui/saveFile";
import { ImportSlots } from "./ImportSlots";

const FILE_NAME = "photochanger-slots.json";

/** Slots as a file: to keep, or to carry to another installation. */
export function SlotFiles({ ids }: { ids: readonly string[] }) {
  const { t } = useTranslation("slots");
  const notify = useNotify();
  const [isImporting, setIsImporting] = useState(false);
  const take = async (pictures: boolean) => {
    try {
      const { data } = await api.GET("/api/v1/slot-export", { params: { query: { pictures } }, parseAs: "blob" });
      saveFile(data as unknown as Blob, FILE_NAME);
    } catch (error) {
      notify.failed(error);
    }
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconFiles size={18} aria-hidden />}>
            {t("files.menu")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item mih={44} disabled={ids.length === 0} leftSection={<IconFileExport size={18} aria-hidden />} onClick={() => void take(true)}>
            {t("files.export")}
          </Menu.Item>
          <Menu.Item mih={44} disabled={ids.length === 0} leftSection={<IconFileExport size={18} aria-hidden />} onClick={() => void take(false)}>
            {t("files.exportBare")}
          </Menu.Item>
          <Menu.Item mih={44} leftSection={<IconFileImport size={18} aria-hidden />} onClick={() => setIsImporting(true)}>
            {t("files.import")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isImporting && <ImportSlots onClose={() => setIsImporting(false)} />}
    </>
  );
}
