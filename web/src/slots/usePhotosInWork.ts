import { useState } from "react";

import { $api } from "../api/client";

const HOUR_MS = 3_600_000;

/** How many photos of booths have no end yet; null until it is known. */
export function usePhotosInWork(slotId: string): number | null {
  const [now] = useState(Date.now);
  const query = { from: new Date(now - HOUR_MS).toISOString(), to: new Date(now + HOUR_MS).toISOString() };
  const asked = $api.useQuery("get", "/api/v1/statistics", { params: { query } });
  if (!asked.data) return null;
  return asked.data.slots.find(({ id }) => id === slotId)?.running ?? 0;
}
