import { Button, Group, Image, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../../ui/format";
import { useReasonText } from "../../ui/reasonText";
import { ChangeList } from "../changes/ChangeList";
import { changesBetween, type FieldChange } from "../changes/changesBetween";
import { useFieldText } from "../changes/fieldText";
import { triedOf } from "./trialRequest";
import type { Try } from "./visit";

interface Props {
  tries: readonly Try[];
  shown: number;
  onShow: (number: number) => void;
}

const THUMBNAIL_PX = 56;

/** The last tries of this visit, and what was changed from one to the next. */
export function Tries({ tries, shown, onShow }: Props) {
  const { t } = useTranslation("trial");
  const formats = useFormats();
  if (tries.length === 0) return null;
  return (
    <div>
      <Title order={2} size="h5" mb="xs">
        {t("tries.title")}
      </Title>
      <Stack component="ol" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
        {tries.map((one, place) => {
          const before = tries[place + 1];
          return (
            <Paper key={one.number} component="li" withBorder p="xs">
              <Group gap="sm">
                <Thumbnail one={one} />
                <Stack gap={2} flex="1 1 150px">
                  <Text fw={600}>{t("tries.one", { number: one.number, time: formats.time(one.startedAt.toISOString()) })}</Text>
                  <How one={one} />
                </Stack>
                <Button variant="default" aria-pressed={one.number === shown} disabled={one.number === shown} onClick={() => onShow(one.number)} aria-label={t("tries.showOne", { number: one.number })}>
                  {t("tries.show")}
                </Button>
              </Group>
              {before && <Differences changes={changesBetween(triedOf(before.settings), triedOf(one.settings))} number={before.number} />}
            </Paper>
          );
        })}
      </Stack>
    </div>
  );
}

function How({ one: { ending, tookMs } }: { one: Try }) {
  const { t } = useTranslation("trial");
  const formats = useFormats();
  const reasonText = useReasonText();
  if (ending.kind !== "report") return <Text size="sm">{t(`end.${ending.kind}`)}</Text>;
  const reason = ending.report.failure_reason;
  return <Text size="sm">{reason ? reasonText.name(reason) : t("end.done", { duration: formats.duration(tookMs) })}</Text>;
}

function Thumbnail({ one: { ending, photo } }: { one: Try }) {
  const result = ending.kind === "report" && ending.report.result ? `/api/v1/results/${ending.report.job_id}/preview?size=thumbnail` : null;
  const source = result ?? (photo.size ? photo.url : null);
  if (source === null) return null;
  return <Image src={source} alt="" w={THUMBNAIL_PX} h={THUMBNAIL_PX} fit="cover" radius="sm" style={{ opacity: result ? 1 : 0.4, flex: "none" }} />;
}

function Differences({ changes, number }: { changes: readonly FieldChange[]; number: number }) {
  const { t } = useTranslation("trial");
  const { summaryOf } = useFieldText();
  if (changes.length === 0) return <Text size="sm">{t("tries.same", { number })}</Text>;
  return (
    <details>
      <summary style={{ minHeight: 44, display: "flex", alignItems: "center", cursor: "pointer" }}>
        <Text size="sm" td="underline">
          {t("tries.differs", { number, fields: summaryOf(changes) })}
        </Text>
      </summary>
      <ChangeList changes={changes} />
    </details>
  );
}
