import { List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/schema";
import { useFormats } from "../../ui/format";

/** What a round of the janitor did, in words. */
export function RoundReport({ report: { started_at, ended_at, is_dry_run, removed, missing, errors } }: { report: Schemas["RoundReport"] }) {
  const { t } = useTranslation("operations");
  const formats = useFormats();
  const took = formats.duration(new Date(ended_at).getTime() - new Date(started_at).getTime());
  const kinds = Object.entries(removed).filter(([, count]) => count > 0);
  return (
    <div>
      <Text>
        {t("janitor.ended", { time: formats.moment(ended_at), took })} {t(is_dry_run ? "janitor.wouldRemove" : "janitor.removed", { count: kinds.length })}
      </Text>
      <List size="sm">
        {kinds.map(([kind, count]) => (
          <List.Item key={kind}>{t("janitor.counted", { kind: t(`janitor.kind.${kind}`, { defaultValue: kind }), count })}</List.Item>
        ))}
        {missing > 0 && <List.Item>{t("janitor.missing", { count: missing })}</List.Item>}
        {errors > 0 && <List.Item>{t("janitor.errors", { count: errors })}</List.Item>}
      </List>
    </div>
  );
}
