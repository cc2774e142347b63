import { Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { $api } from "../api/client";
import type { Schemas } from "../api/schema";
import { CopyButton } from "../ui/CopyButton";
import { useFormats } from "../ui/format";
import { Facts } from "./Facts";

/** Where the photo came from and which settings it went through. */
export function JobFacts({ job }: { job: Schemas["JobDetail"] }) {
  const { t } = useTranslation("jobs");
  const formats = useFormats();
  const { data } = $api.useQuery("get", "/api/v1/slots", {}, { staleTime: 60_000 });
  const slot = data?.items.find(({ id }) => id === job.slot_id);
  const { photo } = job;
  return (
    <Stack gap="xs">
      <Facts
        facts={[
          [t("job.slot"), <SlotLinks key="slot" id={job.slot_id} name={slot?.name ?? job.slot_id} version={job.slot_version} isThere={data === undefined || slot !== undefined} />],
          [t("job.booth"), job.booth && <Anchor key="booth" component={Link} to={`/jobs?${new URLSearchParams({ booth: job.booth }).toString()}`}>{job.booth}</Anchor>],
          [t("job.source"), t(`source.${job.source}`)],
          [t("job.file"), job.filename],
          [t("job.photo"), t("job.picture", { width: photo.width, height: photo.height, size: formats.size(photo.size_bytes) })],
          [t("job.window"), formats.duration(job.window_ms)],
          [t("job.expires"), job.status === "done" && job.expires_at && formats.moment(job.expires_at)],
          [t("job.id"), <span key="id" style={{ display: "inline-flex", alignItems: "center", gap: 4 }}>{job.id} <CopyButton value={job.id} label={t("job.id")} /></span>],
        ]}
      />
      {job.client.length > 0 && (
        <details>
          <summary style={{ minHeight: 44, paddingTop: 12, cursor: "pointer" }}>{t("page.client")}</summary>
          <Facts facts={job.client.map(({ name, value }) => [name, value] as const)} />
        </details>
      )}
      {job.slot.routes.length > 1 && <Text size="sm">{t("job.routes", { routes: job.slot.routes.map(({ provider }) => provider).join(" → ") })}</Text>}
    </Stack>
  );
}

function SlotLinks({ id, name, version, isThere }: { id: string; name: string; version: number; isThere: boolean }) {
  const { t } = useTranslation("jobs");
  const label = t("job.version", { version });
  if (!isThere) return `${name}, ${label}`;
  return (
    <>
      <Anchor component={Link} to={`/slots/${id}`}>
        {name}
      </Anchor>
      {", "}
      <Anchor component={Link} to={`/slots/${id}?tab=history`}>
        {label}
      </Anchor>
    </>
  );
}
