import { Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { usePhotosInWork } from "./usePhotosInWork";

/** What switching a slot off does to the photos that are in work. */
export function InWork({ slotId }: { slotId: string }) {
  const { t } = useTranslation("slots");
  const count = usePhotosInWork(slotId);
  return (
    <Stack gap="xs">
      <Text>{t("switch.text")}</Text>
      {count === null ? <Skeleton height={24} /> : <Text fw={600}>{t("switch.inWork", { count })}</Text>}
    </Stack>
  );
}
