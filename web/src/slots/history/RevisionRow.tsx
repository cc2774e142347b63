import { Badge, Button, Group, Paper, Skeleton, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import type { Schemas } from "../../api/schema";
import { useMay } from "../../session/session";
import { Moment } from "../../ui/Moment";
import { useFieldText } from "../changes/fieldText";

interface Props {
  slot: Schemas["SlotShown"];
  revision: Schemas["RevisionSummary"];
  /** The version before it, 0 if it is the first. */
  before: number;
  onCompare: () => void;
  onRollBack: () => void;
  isRollingBack: boolean;
}

export function RevisionRow({ slot, revision, before, onCompare, onRollBack, isRollingBack }: Props) {
  const { t } = useTranslation("history");
  const isAdmin = useMay("admin");
  const isCurrent = revision.number === slot.version;
  return (
    <Paper component="li" withBorder p="sm">
      <Group justify="space-between" gap="sm">
        <Stack gap={4} flex="1 1 260px">
          <Group gap="xs">
            <Text fw={600}>{t("version", { number: revision.number })}</Text>
            {isCurrent && <Badge variant="light">{t("current")}</Badge>}
          </Group>
          <Text size="sm">
            {revision.author || t("nobody")}
            {revision.at && (
              <>
                {" · "}
                <Moment at={revision.at} />
              </>
            )}
          </Text>
          {isAdmin && <WhatChanged slotId={slot.id} from={before} to={revision.number} />}
          {revision.comment && (
            <Text size="sm" fs="italic" style={{ overflowWrap: "anywhere" }}>
              {t("comment", { text: revision.comment })}
            </Text>
          )}
        </Stack>
        {isAdmin && !isCurrent && (
          <Group gap="xs">
            <Button variant="default" onClick={onCompare} aria-label={t("compare.labelled", { number: revision.number })}>
              {t("compare.withNow")}
            </Button>
            <Button variant="default" onClick={onRollBack} disabled={isRollingBack} aria-label={t("rollback.labelled", { number: revision.number })}>
              {t("rollback.do")}
            </Button>
          </Group>
        )}
      </Group>
    </Paper>
  );
}

function WhatChanged({ slotId, from, to }: { slotId: string; from: number; to: number }) {
  const { t } = useTranslation("history");
  const { summaryOf } = useFieldText();
  const path = { id: slotId, number: String(from) };
  const { data, isLoading } = $api.useQuery("get", "/api/v1/slots/{id}/revisions/{number}/diff", { params: { path, query: { to } } }, { enabled: from > 0, staleTime: Infinity });
  if (from === 0) return <Text size="sm">{t("first")}</Text>;
  if (isLoading) return <Skeleton height={22} width={180} />;
  if (!data) return null;
  return <Text size="sm">{data.changes.length === 0 ? t("changedNothing") : t("changed", { fields: summaryOf(data.changes) })}</Text>;
}
