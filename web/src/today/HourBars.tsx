import { Box, Group, Text, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";

const HEIGHT = 96;
/** Striped, so that it is told apart without its colour. */
const FAILED = "repeating-linear-gradient(45deg, #c92a2a 0 4px, #ffffff 4px 6px)";

/** Photos hour by hour: those that came back below, the others striped above. */
export function HourBars({ points }: { points: readonly Schemas["Point"][] }) {
  const { t, i18n } = useTranslation("today");
  const formats = useFormats();
  const most = Math.max(1, ...points.map(({ jobs }) => jobs));
  const hour = new Intl.DateTimeFormat(i18n.language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return (
    <div>
      <Text fw={600} mb="xs">
        {t("evening.perHour")}
      </Text>
      <Group component="ol" wrap="nowrap" gap={2} align="flex-end" m={0} p={0} style={{ listStyle: "none" }}>
        {points.map(({ at, jobs, done, running }) => {
          const time = hour.format(new Date(at));
          const failed = jobs - done - running;
          return (
            <li key={at} style={{ flex: "1 1 0", minWidth: 0, textAlign: "center" }}>
              <VisuallyHidden>{t("evening.hour", { time, jobs: formats.number(jobs), failed: formats.number(failed) })}</VisuallyHidden>
              <div aria-hidden title={t("evening.hour", { time, jobs: formats.number(jobs), failed: formats.number(failed) })}>
                <Text fz={12} className="number">
                  {jobs > 0 ? jobs : ""}
                </Text>
                <Box h={HEIGHT} style={{ display: "flex", flexDirection: "column", justifyContent: "flex-end" }}>
                  <Box h={(HEIGHT * failed) / most} style={{ background: FAILED }} />
                  <Box h={Math.max(jobs > 0 ? 2 : 0, (HEIGHT * (done + running)) / most)} bg="var(--mantine-primary-color-filled)" />
                  <Box h={1} bg="gray" />
                </Box>
                <Text fz={12} className="number">
                  {time.slice(0, 2)}
                </Text>
              </div>
            </li>
          );
        })}
      </Group>
    </div>
  );
}
