import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../ui/format";
import { useLastHour } from "./useProviders";

/** How many photos a provider had in the last hour, how many came back, and how fast. */
export function LastHour({ name }: { name: string }) {
  const { t } = useTranslation("providers");
  const formats = useFormats();
  const asked = useLastHour();
  if (!asked.data) return <Text c="dimmed">{t(asked.isPending ? "common:loading" : "hour.unknown")}</Text>;
  const row = asked.data.providers.find(({ id }) => id === name);
  if (!row || row.jobs === 0) return <Text>{t("hour.none")}</Text>;
  const { p50, p95 } = row.provider_time_ms;
  return (
    <Text>
      {t("hour.photos", { count: row.jobs, share: formats.share(row.success_share) })}
      {p50 !== null && ` ${t("hour.times", { half: formats.duration(p50), most: formats.duration(p95) })}`}
    </Text>
  );
}
