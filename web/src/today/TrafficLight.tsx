import { Group, Paper, Stack, Text } from "@mantine/core";
import { IconAlertOctagonFilled, IconAlertTriangleFilled, IconCircleCheckFilled, IconMoonFilled, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { FindingActions } from "./FindingActions";
import { useFindingText } from "./findingText";
import type { Finding, Light, Seen } from "./trafficLight";

/** Readable in sunlight: at least 7 : 1, and a shape of its own for each. */
const LOOKS: Record<Light, { background: string; color: string; icon: Icon }> = {
  green: { background: "#12592a", color: "#fff", icon: IconCircleCheckFilled },
  yellow: { background: "#ffd43b", color: "#000", icon: IconAlertTriangleFilled },
  red: { background: "#8f1414", color: "#fff", icon: IconAlertOctagonFilled },
  off: { background: "#343a40", color: "#fff", icon: IconMoonFilled },
};

/** The evening in one word, why, and what to do about it. */
export function TrafficLight({ finding, seen }: { finding: Finding; seen: Seen }) {
  const { t } = useTranslation("today");
  const { what, whatToDo } = useFindingText(seen)(finding);
  const { background, color, icon: LightIcon } = LOOKS[finding.light];
  return (
    <Paper component="section" aria-label={t("light.label")} p="lg" radius="lg" bg={background} c={color}>
      <Group wrap="nowrap" align="flex-start" gap="lg">
        <LightIcon size={56} aria-hidden style={{ flex: "none" }} />
        <Stack gap="xs" miw={0} style={{ overflowWrap: "anywhere" }}>
          <output aria-live="polite" style={{ display: "block" }}>
            <Text fz={32} fw={800} lh={1.15} data-light={finding.light}>
              {t(`light.state.${finding.light}`)}
            </Text>
            <Text fz={20} fw={600} lh={1.35} mt="xs">
              {what}
            </Text>
            <Text fz={18} lh={1.4} mt={4}>
              {whatToDo}
            </Text>
          </output>
          <FindingActions finding={finding} seen={seen} />
        </Stack>
      </Group>
    </Paper>
  );
}
