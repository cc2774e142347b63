import { Button, Code, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router-dom";

import { Page } from "../ui/Page";

/** What is shown in place of a page with a defect: how to go on, and what to tell whoever mends it. */
export function BrokenPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <Page title={t("broken.title")}>
      <Text>{t("broken.text")}</Text>
      <Code block>{error instanceof Error ? error.message : String(error)}</Code>
      <Button onClick={() => window.location.reload()} w="fit-content">
        {t("broken.reload")}
      </Button>
    </Page>
  );
}
