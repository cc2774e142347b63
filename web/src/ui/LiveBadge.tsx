import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useIsLive } from "../api/events";

/** Says whether the page refreshes itself just now. */
export function LiveBadge() {
  const { t } = useTranslation();
  const isLive = useIsLive();
  return (
    <Badge color={isLive ? "green" : "gray"} variant="dot" size="lg" aria-live="polite">
      {t(isLive ? "live" : "notLive")}
    </Badge>
  );
}
