import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { ACCEPTED } from "./uploadTemplate";

interface Props {
  /** What the pictures are for; names the file button, too. */
  label: string;
  hint: string;
  onFiles: (files: File[]) => void;
  /** Buttons beside "choose a file". */
  actions?: ReactNode;
  children?: ReactNode;
}

/** A place for pictures: dropped on it, pasted while the focus is in it, or chosen as files. */
export function DropZone({ label, hint, onFiles, actions, children }: Props) {
  const { t } = useTranslation("templates");
  const zone = useRef<HTMLFieldSetElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  usePaste(zone, onFiles);
  return (
    <Paper component="fieldset" ref={zone} withBorder p="sm" m={0} miw={0} aria-label={label}
      style={isOver ? { outline: "3px dashed var(--mantine-primary-color-filled)" } : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        onFiles([...event.dataTransfer.files]);
      }}>
      <Stack gap="xs">
        {children}
        <Group gap="xs">
          <Button variant="default" leftSection={<IconUpload size={18} aria-hidden />} onClick={() => input.current?.click()}>
            {t("chooseFile")}
          </Button>
          {actions}
        </Group>
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
        <input ref={input} type="file" hidden multiple accept={ACCEPTED} aria-label={label}
          onChange={(event) => {
            onFiles([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }} />
      </Stack>
    </Paper>
  );
}

/** A browser tells the page as a whole of what is pasted where nothing can be typed. */
function usePaste(zone: React.RefObject<HTMLElement | null>, onFiles: (files: File[]) => void): void {
  const latest = useRef(onFiles);
  useEffect(() => {
    latest.current = onFiles;
  }, [onFiles]);
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0 || !zone.current?.contains(document.activeElement)) return;
      event.preventDefault();
      latest.current(files);
    };
    document.addEventListener("paste", onPaste);
    return () => document.removeEventListener("paste", onPaste);
  }, [zone]);
}
