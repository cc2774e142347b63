import { Alert, Button, Group, List, Loader, Skeleton, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import type { Schemas } from "../../api/schema";
import { Failure } from "../../ui/Failure";
import { useFormats } from "../../ui/format";
import { useReasonText } from "../../ui/reasonText";
import { knownMs } from "../../ui/waterfallSegments";
import { useNewestPhoto } from "./useNewestPhoto";

/** Waits for the booth's first photo and turns green when it is here, whatever becomes of it then. */
export function FirstPhoto({ slotId }: { slotId: string }) {
  const { t } = useTranslation("connect");
  const { photo, error, waitAnew } = useNewestPhoto(slotId);
  return (
    <div aria-live="polite">
      {photo ? <Received photo={photo} onWaitAnew={waitAnew} /> : photo === null ? <Waiting /> : error ? <Failure error={error} /> : <Skeleton height={96} aria-label={t("common:loading")} />}
    </div>
  );
}

function Waiting() {
  const { t } = useTranslation("connect");
  return (
    <Alert variant="default" icon={<Loader size={20} color="gray" />} title={t("waiting.title")}>
      <Text>{t("waiting.text")}</Text>
      <Text mt="xs">{t("waiting.nothing")}</Text>
      <List>
        {(["address", "password", "mode"] as const).map((cause) => (
          <List.Item key={cause}>{t(`waiting.${cause}`)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Received({ photo, onWaitAnew }: { photo: Schemas["JobDetail"]; onWaitAnew: () => void }) {
  const { t } = useTranslation("connect");
  const formats = useFormats();
  return (
    <Alert color="green" icon={<IconCircleCheck />} title={t("received.title", { moment: whenIn(formats, photo.created_at) })}>
      <Stack gap="xs">
        {photo.booth && <Text>{t("received.booth", { booth: photo.booth })}</Text>}
        <End photo={photo} />
        <Group gap="xs">
          <Button component={Link} to={`/jobs/${photo.id}`} variant="default">
            {t("received.details")}
          </Button>
          <Button variant="default" onClick={onWaitAnew}>
            {t("received.again")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function End({ photo }: { photo: Schemas["JobDetail"] }) {
  const { t } = useTranslation("connect");
  const formats = useFormats();
  const reasonText = useReasonText();
  if (photo.status === "done") return <Text>{t("received.done", { duration: formats.duration(knownMs(photo.waterfall)) })}</Text>;
  if (!photo.failure_reason) return <Text>{t("received.running")}</Text>;
  return (
    <>
      <Text fw={600}>{t("received.failed", { reason: reasonText.what(photo.failure_reason, photo.failure_detail) })}</Text>
      <Text>{reasonText.whatToDo(photo.failure_reason)}</Text>
    </>
  );
}

/** The time alone for today's photos. */
function whenIn(formats: ReturnType<typeof useFormats>, iso: string): string {
  return new Date(iso).toDateString() === new Date().toDateString() ? formats.time(iso) : formats.moment(iso);
}
