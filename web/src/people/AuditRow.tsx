import { Anchor, Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import { auditTargetOf } from "./auditTarget";
import { DifferenceList } from "./DifferenceList";
import { differencesOf } from "./differences";

type Entry = Schemas["AuditEntry"];

/** One change: when, who, what, and the fields that became different. */
export function AuditRow({ entry }: { entry: Entry }) {
  const { t } = useTranslation("people");
  const formats = useFormats();
  const differences = differencesOf(entry.before, entry.after);
  return (
    <Paper withBorder p="sm" component="article" aria-label={`${entry.action} ${entry.target}`}>
      <Stack gap={6}>
        <Group gap="xs">
          <Text fw={600}>
            <What entry={entry} />
          </Text>
          {entry.outcome === "unknown" && (
            <Badge color="orange" variant="dot" title={t("audit.unknownText")}>
              {t("audit.unknown")}
            </Badge>
          )}
        </Group>
        <Text size="sm" className="number" style={{ overflowWrap: "anywhere" }}>
          {[formats.moment(entry.at), entry.actor, entry.script && t("audit.script", { name: entry.script }), entry.address].filter(Boolean).join(" · ")}
        </Text>
        {differences.length > 0 && <DifferenceList differences={differences} />}
      </Stack>
    </Paper>
  );
}

function What({ entry: { action, target } }: { entry: Entry }) {
  const { t, i18n } = useTranslation("people");
  const { kind, name, page } = auditTargetOf(target);
  const inWords = i18n.exists(`people:audit.action.${action}`) ? t(`audit.action.${action}`) : action;
  const thing = [i18n.exists(`people:audit.target.${kind}`) ? t(`audit.target.${kind}`) : kind, name].filter(Boolean).join(" ");
  const isGone = action === "delete";
  return (
    <span style={{ overflowWrap: "anywhere" }}>
      {inWords}:{" "}
      {page && !isGone ? (
        <Anchor component={Link} to={page} inherit>
          {thing}
        </Anchor>
      ) : (
        thing
      )}
    </span>
  );
}
