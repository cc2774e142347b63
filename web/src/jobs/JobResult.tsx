import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { $api } from "../api/client";
import type { Schemas } from "../api/schema";
import { useMay } from "../session/session";
import { QrCode } from "../ui/QrCode";
import { CopyButton } from "../ui/CopyButton";
import { useFormats } from "../ui/format";
import { Listing } from "../ui/Listing";

const PREVIEW_PIXELS = 512;

/** The finished picture: small, to download, and its link for the guest. */
export function JobResult({ job }: { job: Schemas["JobDetail"] }) {
  const { t } = useTranslation("jobs");
  if (job.revoked_at) return <Text>{t("result.revoked")}</Text>;
  return <Picture job={job} />;
}

function Picture({ job }: { job: Schemas["JobDetail"] }) {
  const { t } = useTranslation("jobs");
  const formats = useFormats();
  const mayDownload = useMay("operator");
  const asked = $api.useQuery("get", "/api/v1/results/{id}", { params: { path: { id: job.id } } }, { retry: false });
  const [width, height] = [job.result_width ?? 1, job.result_height ?? 1];
  return (
    <Listing asked={asked}>
      {(result) => (
        <Stack gap="sm">
          <Anchor href={result.page_url} target="_blank" rel="noreferrer" w="fit-content">
            <img src={`/api/v1/results/${job.id}/preview`} alt={t("result.alt", { slot: job.slot_id })} width={width} height={height}
              style={{ display: "block", width: "100%", maxWidth: Math.min(PREVIEW_PIXELS, width), height: "auto" }} />
          </Anchor>
          <Text size="sm">{t("job.picture", { width, height, size: formats.size(job.result_size_bytes ?? 0) })}</Text>
          <Group gap="xs">
            {mayDownload && (
              <Button component="a" href={`/api/v1/results/${job.id}/download`} download leftSection={<IconDownload aria-hidden />}>
                {t("result.download")}
              </Button>
            )}
            <CopyButton value={result.page_url} label={t("result.link")} withText />
            <Button variant="default" component={Link} to={`/gallery?slot=${job.slot_id}&job=${job.id}`}>
              {t("result.gallery")}
            </Button>
          </Group>
          <QrCode value={result.page_url} label={t("result.qr")} size={160} />
        </Stack>
      )}
    </Listing>
  );
}
