import { ActionIcon, Button, Group, Paper, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import classes from "./gallery.module.css";
import type { Picture } from "./pictures";
import { MAX_IN_ARCHIVE, type Selection } from "./selection";
import { useArchive } from "./useArchive";

/** At the foot of the window, for thumbs: how many are chosen, and what can be done with them. */
export function SelectionBar({ selection, pictures }: { selection: Selection; pictures: readonly Picture[] }) {
  const { t } = useTranslation("gallery");
  const archive = useArchive();
  const chosen = pictures.filter(({ id }) => selection.ids.has(id));
  const isTooMany = chosen.length > MAX_IN_ARCHIVE;
  const bytes = chosen.reduce((sum, { size_bytes }) => sum + (size_bytes ?? 0), 0);
  return (
    <Paper component="section" className={classes.bar} withBorder shadow="md" p="xs" aria-label={t("select.bar")}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600} aria-live="polite" {...(isTooMany && { c: "var(--mantine-color-error)" })}>
          {isTooMany ? t("select.tooMany", { count: chosen.length, max: MAX_IN_ARCHIVE }) : t("select.count", { count: chosen.length })}
        </Text>
        <ActionIcon onClick={selection.end} aria-label={t("select.end")} title={t("select.end")}>
          <IconX aria-hidden />
        </ActionIcon>
      </Group>
      <Group gap="xs" grow preventGrowOverflow={false} wrap="nowrap">
        <Button size="sm" px="xs" disabled={chosen.length === 0 || isTooMany} loading={archive.isRunning}
          onClick={() => void archive.download({ ids: chosen.map(({ id }) => id) }, bytes)}>
          {t("zip.do")}
        </Button>
        <Button size="sm" px="xs" variant="default" onClick={() => selection.choose(pictures.slice(0, MAX_IN_ARCHIVE).map(({ id }) => id))}>
          {t("select.all", { count: Math.min(pictures.length, MAX_IN_ARCHIVE) })}
        </Button>
      </Group>
    </Paper>
  );
}
