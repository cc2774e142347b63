import { Alert } from "@mantine/core";
import { IconWifiOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { useIsOffline } from "../api/connection";

/** Lies over the page, so that nothing moves when the connection goes and comes back. */
export function OfflineBanner() {
  const { t } = useTranslation();
  const isOffline = useIsOffline();
  return (
    <output aria-live="polite" style={{ display: "block", position: "fixed", insetInline: 8, bottom: 8, zIndex: 400 }}>
      {isOffline && (
        <Alert color="orange" variant="filled" icon={<IconWifiOff />} title={t("offline.title")}>
          {t("offline.text")}
        </Alert>
      )}
    </output>
  );
}
