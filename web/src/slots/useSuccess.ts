import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { $api } from "../api/client";
import type { Schemas } from "../api/schema";

const STEP_MS = 300_000;
const DAY_MS = 86_400_000;
const AGAIN_MS = 30_000;

const nextStep = () => Math.ceil(Date.now() / STEP_MS) * STEP_MS;

/** How the slots did in the last 24 hours, by their ids. */
export function useSuccess(): ReadonlyMap<string, Schemas["Row"]> {
  const [end, setEnd] = useState(nextStep);
  useEffect(() => {
    const timer = setInterval(() => setEnd(nextStep()), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const query = { from: new Date(end - DAY_MS).toISOString(), to: new Date(end).toISOString() };
  const asked = $api.useQuery("get", "/api/v1/statistics", { params: { query } }, { refetchInterval: AGAIN_MS, placeholderData: keepPreviousData });
  return new Map(asked.data?.slots.map((row) => [row.id, row]));
}
