import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { $api, api } from "../../api/client";
import { useIsLive, useLiveEvents } from "../../api/events";
import type { Schemas } from "../../api/schema";

/** Events may be missing: asked all the same, more often when there is no stream. */
const ASK_LIVE_MS = 10_000;
const ASK_MS = 2_000;

export interface NewestPhoto {
  /** The newest photo that a booth sent to the slot since the watch began; null: none yet. Undefined: not known yet. */
  photo: Schemas["JobDetail"] | null | undefined;
  error: unknown;
  /** Forgets the photo that is shown and waits for the next one. */
  waitAnew: () => void;
}

/** Watches for a booth's photos of a slot; test runs are none. */
export function useNewestPhoto(slotId: string): NewestPhoto {
  const queryClient = useQueryClient();
  const isLive = useIsLive();
  const [passedOver, setPassedOver] = useState<string | null>(null);
  const listed = useQuery({
    queryKey: ["newest-photo", slotId],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET("/api/v1/jobs", { params: { query: { slot_id: slotId, source: "ingest", limit: 1 } }, signal });
      return data?.items[0] ?? null;
    },
    refetchInterval: isLive ? ASK_LIVE_MS : ASK_MS,
  });
  const id = listed.data && listed.data.id !== passedOver ? listed.data.id : null;
  const isOver = Boolean(listed.data?.finalized_at);
  const detail = $api.useQuery("get", "/api/v1/jobs/{id}", { params: { path: { id: id ?? "" } } }, { enabled: id !== null, refetchInterval: isOver ? false : ASK_MS });
  useLiveEvents((event) => {
    if (event.kind !== "reset" && event.kind !== "ready" && event.slot_id !== slotId) return;
    void queryClient.invalidateQueries({ queryKey: ["newest-photo", slotId] });
    if (id !== null && event.job_id === id) void detail.refetch();
  });
  const waitAnew = useCallback(() => setPassedOver(listed.data?.id ?? null), [listed.data]);
  return { photo: listed.data === undefined ? undefined : id === null ? null : detail.data, error: listed.error ?? detail.error, waitAnew };
}
