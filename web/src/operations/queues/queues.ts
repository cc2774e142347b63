import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import type { Schemas } from "../../api/schema";

export type Queue = Schemas["QueueShown"];

/** Says whether nobody takes from the queue. */
export function isDeserted({ exists, consumers }: Queue): boolean {
  return !exists || consumers === 0;
}

/** Gives a queue's name in words: "Photos for Google Gemini". */
export function useQueueTitle(): (queue: Queue) => string {
  const { t } = useTranslation("operations");
  const providers = $api.useQuery("get", "/api/v1/providers", {}, { retry: false, staleTime: 60_000 });
  return ({ purpose, provider }) => {
    const known = providers.data?.items.find(({ manifest }) => manifest.name === provider);
    return t(`queues.purpose.${purpose}`, { provider: known?.manifest.title ?? provider ?? "" });
  };
}
