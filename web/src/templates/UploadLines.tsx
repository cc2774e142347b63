import { ActionIcon, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../ui/format";
import type { Upload } from "./useUploads";

interface Props {
  uploads: readonly Upload[];
  onAgain: (upload: Upload) => void;
  onForget: (key: string) => void;
}

/** What is being uploaded, and what failed with the reason. */
export function UploadLines({ uploads, onAgain, onForget }: Props) {
  const { t } = useTranslation("templates");
  const formats = useFormats();
  return (
    <Stack gap="xs" aria-live="polite">
      {uploads.map((upload) =>
        upload.failure === null ? (
          <div key={upload.key}>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {t("uploading", { name: upload.name, share: formats.share(upload.share) })}
            </Text>
            <Progress.Root size="lg">
              <Progress.Section value={upload.share * 100} aria-label={upload.name} />
            </Progress.Root>
          </div>
        ) : (
          <Group key={upload.key} gap="xs" wrap="nowrap" align="flex-start">
            <Text c="red" size="sm" style={{ flexGrow: 1, overflowWrap: "anywhere" }}>
              {t("uploadFailed", { name: upload.name, reason: upload.failure })}
            </Text>
            <Button variant="default" onClick={() => onAgain(upload)}>
              {t("common:retry")}
            </Button>
            <ActionIcon aria-label={t("putAway", { name: upload.name })} onClick={() => onForget(upload.key)}>
              <IconX aria-hidden />
            </ActionIcon>
          </Group>
        ),
      )}
    </Stack>
  );
}
