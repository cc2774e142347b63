import { Anchor, Card, Group, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { CopyButton } from "../ui/CopyButton";
import type { Slot } from "./draft";
import { LastResult } from "./LastResult";
import { SlotActions } from "./SlotActions";
import { SlotStateBadge } from "./SlotStateBadge";
import { Does } from "./SlotTable";
import { Success } from "./Success";

/** The list of slots where a table has no room. */
export function SlotCards({ slots }: { slots: readonly Slot[] }) {
  const { t } = useTranslation("slots");
  return (
    <SimpleGrid component="ul" cols={{ base: 1, xs: 2 }} p={0} m={0} style={{ listStyle: "none" }}>
      {slots.map((slot) => (
        <Card key={slot.id} component="li" withBorder padding="sm">
          <Group wrap="nowrap" align="flex-start" gap="sm">
            <LastResult slotId={slot.id} />
            <div style={{ flexGrow: 1, minWidth: 0 }}>
              <Anchor component={Link} to={`/slots/${slot.id}`} fw={600} style={{ overflowWrap: "anywhere" }}>
                {slot.name}
              </Anchor>
              <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                {slot.id}
              </Text>
            </div>
            <SlotActions slot={slot} />
          </Group>
          <Group justify="space-between" mt="xs" gap="xs">
            <SlotStateBadge state={slot.state} />
            <CopyButton value={slot.ingest_url} label={t("linkOf", { name: slot.name })} />
          </Group>
          <Does slot={slot} />
          <Success slotId={slot.id} />
        </Card>
      ))}
    </SimpleGrid>
  );
}
