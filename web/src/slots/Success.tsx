import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";

/** Which share of the last 24 hours' photos came back as pictures. */
export function Success({ row }: { row: Schemas["Row"] | undefined }) {
  const { t } = useTranslation("slots");
  const formats = useFormats();
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
