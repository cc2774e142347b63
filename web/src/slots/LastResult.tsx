import { Box, Image } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { useFormats } from "../ui/format";

const SIZE = 64;
const STALE_MS = 60_000;

/** The slot's newest picture, small; asked for when its row is seen. */
export function LastResult({ slotId }: { slotId: string }) {
  const { t } = useTranslation("slots");
  const formats = useFormats();
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const asked = $api.useQuery("get", "/api/v1/results", lastResultQuery(slotId), { enabled: inViewport, staleTime: STALE_MS });
  const [last] = asked.data?.items ?? [];
  return (
    <Box ref={ref} w={SIZE} h={SIZE} bg="var(--mantine-color-default-hover)" style={{ borderRadius: "var(--mantine-radius-md)", overflow: "hidden", flex: "none" }}>
      {last && <Image src={`${last.preview_url}?size=thumbnail`} alt={t("lastResult", { time: formats.moment(last.created_at) })} w={SIZE} h={SIZE} fit="cover" />}
    </Box>
  );
}

export function lastResultQuery(slotId: string) {
  return { params: { query: { slot_id: slotId, limit: 1 } } };
}
