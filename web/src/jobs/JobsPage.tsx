import { Button, Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router-dom";

import { Empty } from "../ui/Empty";
import { LiveBadge } from "../ui/LiveBadge";
import { Listing } from "../ui/Listing";
import { Page } from "../ui/Page";
import { JobFilters } from "./JobFilters";
import { filterOf, type JobFilter } from "./jobFilter";
import { waitingCount } from "./jobList";
import { JobTable } from "./JobTable";
import { useJobList } from "./useJobList";

/** Photos as they come, newest first, cut down by what the address says. */
export default function JobsPage() {
  // all texts at once, so that the page is not shown piece by piece
  const { t } = useTranslation(["jobs", "reasons"]);
  const [address, setAddress] = useSearchParams();
  const filter = filterOf(address);
  return (
    <Page title={t("common:nav.jobs")} actions={<LiveBadge />}>
      <JobFilters address={address} onChange={(changed) => setAddress(changed, { replace: true })} />
      <LiveList key={JSON.stringify(filter)} filter={filter} />
    </Page>
  );
}

function LiveList({ filter }: { filter: JobFilter }) {
  const { t } = useTranslation("jobs");
  const { list, asked, isMoreComing, showMore, showWaiting } = useJobList(filter);
  const waiting = waitingCount(list);
  return (
    <Stack gap="xs">
      {/* takes no room, so that nothing moves when it comes */}
      <output aria-live="polite" style={{ position: "sticky", top: 68, zIndex: 2, alignSelf: "center", height: 0 }}>
        {waiting > 0 && (
          <Button radius="xl" onClick={showWaiting}>
            {t("list.new", { count: waiting })}
          </Button>
        )}
      </output>
      <Listing asked={asked}>
        {({ rows, cursor }) =>
          rows.length === 0 ? (
            <NoPhotos isFiltered={Object.keys(filter).length > 0} />
          ) : (
            <>
              <JobTable jobs={rows} />
              {cursor !== null && (
                <Group justify="center">
                  <Button variant="default" loading={isMoreComing} onClick={() => void showMore()}>
                    {t("list.more")}
                  </Button>
                </Group>
              )}
            </>
          )
        }
      </Listing>
    </Stack>
  );
}

function NoPhotos({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation("jobs");
  if (isFiltered) {
    return (
      <Empty title={t("empty.filteredTitle")} text={t("empty.filteredText")}>
        <Button variant="default" component={Link} to="/jobs">
          {t("filter.clear")}
        </Button>
      </Empty>
    );
  }
  return (
    <Empty title={t("empty.title")} text={t("empty.text")}>
      <Button component={Link} to="/slots">
        {t("empty.action")}
      </Button>
    </Empty>
  );
}
