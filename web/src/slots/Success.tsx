import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../ui/format";
import { useSuccess } from "./useSuccess";

/** Which share of the last 24 hours' photos came back as pictures. */
export function Success({ slotId }: { slotId: string }) {
  const { t } = useTranslation("slots");
  const formats = useFormats();
  const row = useSuccess(slotId);
  if (!row || row.jobs === 0) return <Text c="dimmed">{t("noPhotos")}</Text>;
  return (
    <div className="number">
      <Text>{formats.share(row.success_share)}</Text>
      <Text size="sm" c="dimmed">
        {t("photos", { count: row.jobs })}
      </Text>
    </div>
  );
}
