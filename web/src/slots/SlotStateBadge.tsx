import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";

const COLORS = { open: "green", not_yet_open: "blue", over: "gray", disabled: "orange" } as const;

/** Whether the slot takes photos now. */
export function SlotStateBadge({ state }: { state: Schemas["SlotState"] }) {
  const { t } = useTranslation("slots");
  return (
    <Badge color={COLORS[state]} variant="light" size="lg" tt="none" miw="max-content" autoContrast>
      {t(`state.${state}`)}
    </Badge>
  );
}
