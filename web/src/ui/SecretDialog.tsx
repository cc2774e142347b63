import { Alert, Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { CopyButton } from "./CopyButton";

interface Props {
  title: string;
  /** Nothing to show: the dialog is closed. */
  value: string | null;
  /** What it is, for the copy button: "password". */
  label: string;
  /** What to do with it. */
  children?: ReactNode;
  onClose: () => void;
}

/** A secret that can be read this once. It is closed by its button alone, so that no stray click loses it. */
export function SecretDialog({ title, value, label, children, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={value !== null} onClose={onClose} title={title} size="lg" withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false}>
      <Stack>
        <Alert variant="default" icon={<IconEyeOff />} title={t("once.title")}>
          <Text>{t("once.text")}</Text>
        </Alert>
        <Secret value={value ?? ""} label={label} />
        {children}
        <Button onClick={onClose}>{t("once.noted")}</Button>
      </Stack>
    </Modal>
  );
}

/** Text to be copied, in one block, and its button. */
export function Secret({ value, label }: { value: string; label: string }) {
  return (
    <Stack gap="xs">
      <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap", fontSize: "var(--mantine-font-size-md)" }}>
        {value}
      </Code>
      <Group>
        <CopyButton withText value={value} label={label} />
      </Group>
    </Stack>
  );
}
