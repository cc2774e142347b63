import { ActionIcon, AspectRatio, Box, Card, Group, Image, SimpleGrid, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { useLiveEvents } from "../api/events";
import type { Schemas } from "../api/schema";
import { useMay } from "../session/session";
import { CopyButton } from "../ui/CopyButton";
import { Empty } from "../ui/Empty";
import { useFormats } from "../ui/format";
import { Listing } from "../ui/Listing";
import { LiveBadge } from "../ui/LiveBadge";
import { Moment } from "../ui/Moment";

const SHOWN = 10;

/** The newest pictures of a slot; new ones appear by themselves. */
export function RecentResults({ slotId }: { slotId: string }) {
  const { t } = useTranslation("slots");
  const queryClient = useQueryClient();
  const query = { params: { query: { slot_id: slotId, limit: SHOWN } } };
  const asked = $api.useQuery("get", "/api/v1/results", query);
  useLiveEvents(({ kind, slot_id: of }) => {
    if ((kind === "result" && of === slotId) || kind === "ready" || kind === "reset") {
      void queryClient.invalidateQueries({ queryKey: $api.queryOptions("get", "/api/v1/results", query).queryKey });
    }
  });
  return (
    <Stack gap="md" align="flex-start">
      <LiveBadge />
      <Box w="100%">
        <Listing asked={asked}>
          {({ items: [newest, ...older] }) =>
            newest === undefined ? (
              <Empty title={t("recent.empty")} text={t("recent.emptyText")} />
            ) : (
              <>
                <VisuallyHidden aria-live="polite">{t("recent.newest", { booth: newest.booth || t("recent.unknownBooth") })}</VisuallyHidden>
                <SimpleGrid component="ul" cols={{ base: 2, sm: 3, lg: 5 }} p={0} m={0} style={{ listStyle: "none" }}>
                  {[newest, ...older].map((result) => (
                    <Result key={result.id} result={result} />
                  ))}
                </SimpleGrid>
              </>
            )
          }
        </Listing>
      </Box>
    </Stack>
  );
}

function Result({ result }: { result: Schemas["ResultShown"] }) {
  const { t } = useTranslation("slots");
  const formats = useFormats();
  const mayDownload = useMay("operator");
  const of = { time: formats.moment(result.created_at), booth: result.booth || t("recent.unknownBooth") };
  return (
    <Card component="li" withBorder padding="xs" data-picture={result.id}>
      <Card.Section>
        <AspectRatio ratio={4 / 3}>
          <Image src={result.preview_url} alt={t("recent.picture", of)} fit="contain" loading="lazy" />
        </AspectRatio>
      </Card.Section>
      <Text size="sm" mt={4}>
        <Moment at={result.created_at} />
      </Text>
      <Text size="sm" c="dimmed" truncate>
        {of.booth}
      </Text>
      <Group gap={4}>
        <CopyButton value={result.page_url} label={t("recent.link", of)} />
        {mayDownload && (
          <ActionIcon component="a" href={result.download_url} download aria-label={t("recent.download", of)}>
            <IconDownload aria-hidden />
          </ActionIcon>
        )}
      </Group>
    </Card>
  );
}
