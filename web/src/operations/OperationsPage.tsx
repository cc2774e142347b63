import { Tabs } from "@mantine/core";
import { lazy, Suspense, type ComponentType, type LazyExoticComponent } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router-dom";

import type { Role } from "../api/schema";
import { may } from "../app/pages";
import { useSession } from "../session/session";
import { Page, RowsSkeleton } from "../ui/Page";

interface TabEntry {
  name: "queues" | "letters" | "janitor" | "preflight" | "backup";
  role: Role;
  Panel: LazyExoticComponent<ComponentType>;
}

const TABS: readonly TabEntry[] = [
  { name: "queues", role: "viewer", Panel: lazy(() => import("./queues/QueuesTab")) },
  { name: "letters", role: "operator", Panel: lazy(() => import("./letters/LettersTab")) },
  { name: "janitor", role: "viewer", Panel: lazy(() => import("./janitor/JanitorTab")) },
  { name: "preflight", role: "operator", Panel: lazy(() => import("./preflight/PreflightTab")) },
  { name: "backup", role: "admin", Panel: lazy(() => import("./backup/BackupTab")) },
];

/** What keeps the platform running; which part is shown stands in the address (`?tab=letters`). */
export default function OperationsPage() {
  const { t } = useTranslation("operations");
  const { role } = useSession();
  const [params, setParams] = useSearchParams();
  const tabs = TABS.filter((tab) => may(role, tab.role));
  const chosen = tabs.find(({ name }) => name === params.get("tab")) ?? tabs[0];
  return (
    <Page title={t("common:nav.operations")}>
      <Tabs value={chosen?.name ?? null} onChange={(name) => setParams({ tab: name ?? "queues" })} keepMounted={false} activateTabWithKeyboard={false}>
        <Tabs.List aria-label={t("common:nav.operations")} mb="md">
          {tabs.map(({ name }) => (
            <Tabs.Tab key={name} value={name} mih={44}>
              {t(`tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ name, Panel }) => (
          <Tabs.Panel key={name} value={name}>
            <Suspense fallback={<RowsSkeleton />}>
              <Panel />
            </Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
