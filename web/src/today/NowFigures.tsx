import { SimpleGrid, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import { Figure } from "./Figure";
import { hasCounted, percentile, tookMs } from "./trafficLight";
import { RECENT_MINUTES } from "./useToday";

/** How the photos of the last minutes did: live counters. */
export function NowFigures({ jobs }: { jobs: readonly Schemas["JobSummary"][] }) {
  const { t } = useTranslation("today");
  const formats = useFormats();
  const ended = jobs.filter(hasCounted);
  const done = jobs.filter(({ status }) => status === "done");
  const times = done.map(tookMs);
  return (
    <section aria-labelledby="now">
      <Title order={2} size="h3" id="now">
        {t("now.title", { count: RECENT_MINUTES })}
      </Title>
      <Text size="sm" mb="xs">
        {t("now.note")}
      </Text>
      <SimpleGrid component="dl" m={0} cols={{ base: 2, sm: 3, md: 5 }} spacing="xs">
        <Figure label={t("now.running")} value={formats.number(jobs.filter((job) => job.finalized_at === null).length)} />
        <Figure label={t("now.done")} value={formats.number(done.length)} note={t("now.of", { count: jobs.length })} />
        <Figure label={t("now.share")} value={ended.length > 0 ? formats.share(done.length / ended.length) : formats.share(null)} />
        <Figure label={t("now.half")} value={formats.duration(percentile(times, 0.5))} />
        <Figure label={t("now.most")} value={formats.duration(percentile(times, 0.95))} />
      </SimpleGrid>
    </section>
  );
}
