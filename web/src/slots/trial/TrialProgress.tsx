import { Button, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { useFormats } from "../../ui/format";

interface Props {
  startedAt: Date;
  windowSeconds: number;
  onCancel: () => void;
}

const TICK_MS = 200;

/** How long a test run has taken so far, against its window. */
export function TrialProgress({ startedAt, windowSeconds, onCancel }: Props) {
  const { t } = useTranslation("trial");
  const formats = useFormats();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const elapsedMs = Math.max(0, now - startedAt.getTime());
  const windowMs = windowSeconds * 1_000;
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group justify="space-between" gap="sm">
          <Text className="number">{t("progress.text", { elapsed: formats.number(Math.floor(elapsedMs / 1_000)), window: formats.number(windowSeconds) })}</Text>
          <Button variant="default" onClick={onCancel}>
            {t("common:cancel")}
          </Button>
        </Group>
        <Progress value={Math.min(100, (100 * elapsedMs) / windowMs)} size="lg" color={elapsedMs > windowMs ? "orange" : "booth"} aria-label={t("progress.label")} />
      </Stack>
    </Paper>
  );
}
