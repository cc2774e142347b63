import { Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { IconAlertOctagonFilled, IconAlertTriangleFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { FindingActions } from "./FindingActions";
import { useFindingText } from "./findingText";
import type { Finding, Seen } from "./trafficLight";

/** What else somebody should look at, below the worst. */
export function OtherFindings({ findings, seen }: { findings: readonly Finding[]; seen: Seen }) {
  const { t } = useTranslation("today");
  const text = useFindingText(seen);
  return (
    <section aria-labelledby="other-findings">
      <Title order={2} size="h3" mb="xs" id="other-findings">
        {t("light.others")}
      </Title>
      <List listStyleType="none" spacing="xs">
        {findings.map((finding) => (
          <Paper key={`${finding.kind} ${finding.slotId} ${finding.provider}`} component="li" withBorder p="md">
            <Group wrap="nowrap" align="flex-start">
              {finding.light === "red" ? <IconAlertOctagonFilled aria-hidden style={{ flex: "none" }} /> : <IconAlertTriangleFilled aria-hidden style={{ flex: "none" }} />}
              <Stack gap="xs" miw={0} style={{ overflowWrap: "anywhere" }}>
                <Text fw={600}>{text(finding).what}</Text>
                <Text>{text(finding).whatToDo}</Text>
                <FindingActions finding={finding} seen={seen} />
              </Stack>
            </Group>
          </Paper>
        ))}
      </List>
    </section>
  );
}
