import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { Empty } from "../ui/Empty";
import { Listing } from "../ui/Listing";
import { Page } from "../ui/Page";
import { AuditRow } from "./AuditRow";
import { MoreButton } from "./MoreButton";
import { BY_CURSOR, itemsOf } from "./pages";

/** Who changed what and when, newest first. */
export default function AuditPage() {
  const { t } = useTranslation("people");
  const asked = $api.useInfiniteQuery("get", "/api/v1/audit", { params: { query: { limit: 20 } } }, BY_CURSOR);
  return (
    <Page title={t("audit.title")}>
      <Text maw={720}>{t("audit.intro")}</Text>
      <Listing asked={asked}>
        {(data) => {
          const entries = itemsOf(data);
          if (entries.length === 0) return <Empty title={t("audit.none")} text={t("audit.noneText")} />;
          return (
            <Stack gap="xs">
              {entries.map((entry) => (
                <AuditRow key={entry.id} entry={entry} />
              ))}
              <MoreButton asked={asked} />
            </Stack>
          );
        }}
      </Listing>
    </Page>
  );
}
