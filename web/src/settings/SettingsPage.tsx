import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { useMay } from "../session/session";
import { Listing } from "../ui/Listing";
import { Page, RowsSkeleton } from "../ui/Page";
import { IngestPassword } from "./IngestPassword";
import { SettingsForm } from "./SettingsForm";

/** What holds for the whole platform: everybody may look, administrators change. */
export default function SettingsPage() {
  const { t } = useTranslation("settings");
  const mayChange = useMay("admin");
  const asked = $api.useQuery("get", "/api/v1/settings");
  return (
    <Page title={t("title")}>
      <Text maw={720}>{t(mayChange ? "intro" : "introReadOnly")}</Text>
      <Listing asked={asked} skeleton={<RowsSkeleton rows={7} height={92} />}>
        {(settings) => (
          <>
            <IngestPassword settings={settings} mayChange={mayChange} />
            <SettingsForm latest={settings} mayChange={mayChange} />
          </>
        )}
      </Listing>
    </Page>
  );
}
