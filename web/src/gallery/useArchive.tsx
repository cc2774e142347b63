import { Button, Group, Progress, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../ui/format";
import { useNotify } from "../ui/notify";
import { saveFile } from "../ui/saveFile";
import { fetchArchive, type ArchiveOf } from "./archive";

/** How far one archive is; shown outside of the page, so that it may be left meanwhile. */
class Download {
  readonly #watchers = new Set<() => void>();
  readonly #left = new AbortController();
  #bytes = 0;

  readonly signal = this.#left.signal;
  cancel = () => this.#left.abort();
  bytes = () => this.#bytes;
  tell = (bytes: number) => {
    this.#bytes = bytes;
    for (const watcher of this.#watchers) watcher();
  };
  watch = (watcher: () => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };
}

/** Downloads archives; `totalBytes` is about how large one will be, null if nobody knows. */
export function useArchive() {
  const { t } = useTranslation("gallery");
  const notify = useNotify();
  const [isRunning, setIsRunning] = useState(false);

  const download = async (of: ArchiveOf, totalBytes: number | null) => {
    const running = new Download();
    const shown = notifications.show({
      title: t("zip.title"), message: <Running download={running} totalBytes={totalBytes} />, autoClose: false, withCloseButton: false,
    });
    setIsRunning(true);
    try {
      const { name, blob } = await fetchArchive(of, { signal: running.signal, onBytes: running.tell });
      saveFile(blob, name);
      notify.done(t("zip.done", { name }));
    } catch (error) {
      if (!running.signal.aborted) notify.failed(error);
    } finally {
      notifications.hide(shown);
      setIsRunning(false);
    }
  };
  return { download, isRunning };
}

function Running({ download, totalBytes }: { download: Download; totalBytes: number | null }) {
  const { t } = useTranslation("gallery");
  const formats = useFormats();
  const bytes = useSyncExternalStore(download.watch, download.bytes);
  const [size, total] = [formats.size(bytes), totalBytes === null ? null : formats.size(totalBytes)];
  return (
    <Group gap="xs" wrap="nowrap" aria-live="off">
      <div style={{ flex: 1 }}>
        <Text size="sm">{total === null ? t("zip.bytes", { size }) : t("zip.bytesOf", { size, total })}</Text>
        {totalBytes !== null && <Progress value={Math.min(100, (100 * bytes) / totalBytes)} aria-label={t("zip.title")} />}
      </div>
      <Button variant="default" onClick={download.cancel}>
        {t("common:cancel")}
      </Button>
    </Group>
  );
}
