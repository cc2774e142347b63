import { Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router-dom";

import { lastRun } from "./lastRun";
import { PreflightForm } from "./PreflightForm";
import { PreflightResult } from "./PreflightResult";

/** Everything looked at before the doors open; which run is shown stands in the address. */
export default function PreflightTab() {
  const { t } = useTranslation("operations");
  const [params, setParams] = useSearchParams();
  const id = params.get("run");
  const last = lastRun.id();
  const show = (run: string) => {
    lastRun.keep(run);
    setParams({ tab: "preflight", run });
  };
  return (
    <Stack>
      <Text maw={700}>{t("preflight.intro")}</Text>
      {!id && last && (
        <Anchor component={Link} c="inherit" to={`?tab=preflight&run=${last}`} w="fit-content" style={{ minHeight: 44, alignContent: "center" }}>
          {t("preflight.lastRun")}
        </Anchor>
      )}
      {id && <PreflightResult id={id} />}
      <PreflightForm onBegun={show} />
    </Stack>
  );
}
