import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../../ui/format";
import { isDeserted, useQueueTitle, type Queue } from "./queues";

/** One queue: how long it is, who consumes it, how long its first photo waits. */
export function QueueCard({ queue }: { queue: Queue }) {
  const { t } = useTranslation("operations");
  const formats = useFormats();
  const title = useQueueTitle();
  const { name, ready, consumers, waiting, oldest_seconds, running } = queue;
  const figures: [string, string][] = [
    [t("queues.ready"), formats.number(ready)],
    [t("queues.consumers"), formats.number(consumers)],
  ];
  if (waiting !== null) figures.push([t("queues.waiting"), formats.number(waiting)]);
  if (oldest_seconds !== null && waiting) figures.push([t("queues.oldest"), formats.duration(oldest_seconds * 1_000)]);
  if (running !== null) figures.push([t("queues.running"), formats.number(running)]);
  return (
    <Paper withBorder p="md" component="article" {...(isDeserted(queue) && { style: { borderColor: "var(--mantine-color-red-filled)" } })}>
      <Stack gap="xs">
        <div>
          <Title order={2} size="h5">
            {title(queue)}
          </Title>
          <Text size="sm" c="dimmed">
            {name}
          </Text>
        </div>
        {figures.map(([label, figure]) => (
          <Group key={label} justify="space-between" gap="xs">
            <Text size="sm">{label}</Text>
            <Text fw={600} className="number">
              {figure}
            </Text>
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}
