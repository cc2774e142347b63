import { Alert, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import { Failure } from "../../ui/Failure";
import { Listing } from "../../ui/Listing";
import { RowsSkeleton } from "../../ui/Page";
import { QueueCard } from "./QueueCard";
import { isDeserted, useQueueTitle } from "./queues";

const EVERY_MS = 3_000;

/** Every queue, looked at every few seconds; one that nobody consumes is told first. */
export default function QueuesTab() {
  const { t } = useTranslation("operations");
  const title = useQueueTitle();
  const asked = $api.useQuery("get", "/api/v1/queues", {}, { refetchInterval: EVERY_MS });
  return (
    <Listing asked={asked} skeleton={<RowsSkeleton rows={3} height={150} />}>
      {({ items }) => (
        <Stack>
          <Text>{t("queues.intro")}</Text>
          {asked.error && <Failure error={asked.error} />}
          <div aria-live="polite">
            {items.filter(isDeserted).map((queue) => (
              <Alert key={queue.name} color="red" title={t("queues.deserted", { queue: title(queue) })} mb="xs">
                {t(`queues.desertedDo.${queue.purpose}`, { provider: queue.provider ?? "" })}
              </Alert>
            ))}
          </div>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {items.map((queue) => (
              <QueueCard key={queue.name} queue={queue} />
            ))}
          </SimpleGrid>
          {items.length === 0 && (
            <Paper withBorder p="md">
              <Title order={2} size="h4">
                {t("queues.none")}
              </Title>
            </Paper>
          )}
        </Stack>
      )}
    </Listing>
  );
}
