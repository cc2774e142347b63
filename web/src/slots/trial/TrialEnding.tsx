import { Alert, Blockquote, Button, Group, Image, List, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconDownload, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { BeforeAfter } from "../../ui/BeforeAfter";
import { Failure } from "../../ui/Failure";
import { useFormats } from "../../ui/format";
import { isStage, useReasonText } from "../../ui/reasonText";
import { changesBetween } from "../changes/changesBetween";
import type { Photo } from "./photo";
import { triedOf, type TrialReport, type TrialSettings } from "./trialRequest";
import { TrialTiming } from "./TrialTiming";
import type { Try } from "./visit";

interface Props {
  one: Try;
  /** As they are now, to say when they are others than the try's. */
  settings: TrialSettings;
  onRepeat: () => void;
}

/** How one try ended: both pictures, or why there is none and what to do; where its time went; another go. */
export function TrialEnding({ one, settings, onRepeat }: Props) {
  const { t } = useTranslation("trial");
  const { ending, photo } = one;
  const isOutdated = changesBetween(triedOf(one.settings), triedOf(settings)).length > 0;
  return (
    <Stack gap="md" component="section" aria-label={t("result")}>
      {ending.kind === "problem" && <Failure error={ending.problem} />}
      {(ending.kind === "cancelled" || ending.kind === "silent") && (
        <Alert color={ending.kind === "silent" ? "red" : "gray"} title={t(`end.${ending.kind}`)}>
          {ending.kind === "silent" ? t("silentText", { count: ending.seconds }) : t("cancelledText")}
        </Alert>
      )}
      {ending.kind === "report" && (ending.report.result ? <Pictures photo={photo} report={ending.report} /> : <NoPicture report={ending.report} />)}
      <Group gap="sm">
        {ending.kind === "report" && ending.report.result && (
          <Button component="a" href={pictureOf(ending.report)} download leftSection={<IconDownload aria-hidden />} variant="default">
            {t("download")}
          </Button>
        )}
        <Button variant="default" leftSection={<IconRefresh aria-hidden />} onClick={onRepeat}>
          {t("again")}
        </Button>
        <Text size="sm" c="dimmed" flex="1 1 220px">
          {t(isOutdated ? "againOutdated" : "againNote")}
        </Text>
      </Group>
      {ending.kind === "report" && (
        <>
          <Attempts report={ending.report} />
          <TrialTiming report={ending.report} tookMs={one.tookMs} />
        </>
      )}
    </Stack>
  );
}

const pictureOf = ({ job_id }: TrialReport) => `/api/v1/results/${job_id}/download`;

function Pictures({ photo, report }: { photo: Photo; report: TrialReport }) {
  const { t } = useTranslation("trial");
  const formats = useFormats();
  const { result } = report;
  if (!result) return null;
  const after = { src: pictureOf(report), alt: t("picture.after") };
  const width = formats.number(result.width);
  const height = formats.number(result.height);
  return (
    <Stack gap={4}>
      {photo.size ? (
        <BeforeAfter before={{ src: photo.url, alt: t("picture.before") }} after={after} width={photo.size.width} height={photo.size.height} />
      ) : (
        <>
          <Image src={after.src} alt={after.alt} fit="contain" style={{ aspectRatio: `${result.width} / ${result.height}`, maxHeight: "70vh" }} />
          <Text size="sm">{t("picture.noBefore")}</Text>
        </>
      )}
      <Text size="sm" c="dimmed">
        {t("picture.facts", { width, height, size: formats.size(result.size_bytes), expires: formats.moment(result.expires_at) })}
      </Text>
    </Stack>
  );
}

/** What the provider itself said of its failure. */
function wordsOf({ provider_error, failure_detail }: TrialReport): string {
  return provider_error || (isStage(failure_detail) ? "" : failure_detail);
}

function NoPicture({ report }: { report: TrialReport }) {
  const { t } = useTranslation("trial");
  const reasonText = useReasonText();
  const reason = report.failure_reason ?? "unknown";
  const words = wordsOf(report);
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={reasonText.name(reason)}>
      <Text>{reasonText.what(reason, report.failure_detail)}</Text>
      {words && (
        <Blockquote color="red" p="sm" my="xs" mt="xs" cite={t("providersWords")} style={{ overflowWrap: "anywhere" }}>
          {words}
        </Blockquote>
      )}
      <Text fw={600}>{reasonText.whatToDo(reason)}</Text>
    </Alert>
  );
}

function Attempts({ report }: { report: TrialReport }) {
  const { attempts } = report;
  const { t } = useTranslation("trial");
  const reasonText = useReasonText();
  const formats = useFormats();
  if (attempts.length === 0) return null;
  return (
    <div>
      <Title order={2} size="h5">
        {t("attempts.title")}
      </Title>
      <List type="ordered">
        {attempts.map(({ n, provider, outcome, calls, provider_ms, detail }) => (
          <List.Item key={n} style={{ overflowWrap: "anywhere" }}>
            <b>{provider}</b>: {outcome ? reasonText.outcome(outcome) : t("attempts.running")}, {t("attempts.calls", { count: calls })}
            {provider_ms !== null && <>, {formats.duration(provider_ms)}</>}
            {detail && (report.result || detail !== wordsOf(report)) && <Text size="sm">{detail}</Text>}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
