import { useEffect, useReducer, useState } from "react";

import { $api, api } from "../api/client";
import { useLiveEvents } from "../api/events";
import { useNotify } from "../ui/notify";
import type { JobFilter } from "./jobFilter";
import { listAfter, NOTHING, type JobList } from "./jobList";
import { useRefresh } from "./refresh";

const PATH = "/api/v1/jobs";
const PAGE = 50;
/** Events come one by one, as photos do. */
const REFRESH_MS = 150;
/** Should an event be lost. */
const REFRESH_ANYWAY_MS = 15_000;
/** In pixels; whoever has scrolled further down reads there. */
const NEAR_THE_TOP = 160;

export interface LiveJobs {
  list: JobList;
  /** Of the first page, as `Listing` takes it. */
  asked: { data: JobList | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  isMoreComing: boolean;
  showMore: () => Promise<void>;
  showWaiting: () => void;
}

/** Photos that fit the filter, live. One filter a mounted component: give the component a key for each. */
export function useJobList(filter: JobFilter): LiveJobs {
  const notify = useNotify();
  const [list, tell] = useReducer(listAfter, NOTHING);
  const [isMoreComing, setIsMoreComing] = useState(false);
  const newest = $api.useQuery("get", PATH, { params: { query: { ...filter, limit: PAGE } } }, { refetchInterval: REFRESH_ANYWAY_MS });
  const { data: page } = newest;
  useRefresh(["get", PATH], ["job", "ready"], REFRESH_MS);
  useLiveEvents((event) => event.kind === "job" && tell({ kind: "event", event }));
  useEffect(() => {
    if (page) tell({ kind: "newest", page, isAtTop: window.scrollY < NEAR_THE_TOP });
  }, [page]);

  const showMore = async () => {
    if (list.cursor === null || isMoreComing) return;
    setIsMoreComing(true);
    try {
      const { data } = await api.GET(PATH, { params: { query: { ...filter, limit: PAGE, cursor: list.cursor } } });
      if (data) tell({ kind: "older", page: data });
    } catch (error) {
      notify.failed(error);
    } finally {
      setIsMoreComing(false);
    }
  };
  const showWaiting = () => {
    tell({ kind: "shown" });
    window.scrollTo({ top: 0 });
  };
  const asked = { data: page && (list.rows.length > 0 || page.items.length === 0) ? list : undefined, error: newest.error, isPending: newest.isPending || page !== undefined, refetch: newest.refetch };
  return { list, asked, isMoreComing, showMore, showWaiting };
}
