import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { healthOf, type Health, type Provider } from "./health";

const COLORS: Record<Health, string> = { working: "green", trying: "yellow", paused: "gray", stopped: "gray", failing: "red", noKey: "red" };

/** How a provider is, in one word. */
export function HealthBadge({ provider }: { provider: Provider }) {
  const { t } = useTranslation("providers");
  const health = healthOf(provider);
  return (
    <Badge color={COLORS[health]} variant="light" size="lg" autoContrast>
      {t(`health.${health}`)}
    </Badge>
  );
}
