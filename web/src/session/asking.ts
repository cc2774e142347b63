import { $api } from "../api/client";
import { asProblem } from "../api/problem";
import { queryClient } from "../api/queryClient";

/** How to ask who is logged in: once, and not again because nobody is. */
export const sessionQuery = {
  ...$api.queryOptions("get", "/api/v1/session"),
  staleTime: Infinity,
  retry: (failures: number, error: unknown) => asProblem(error).code !== "unauthenticated" && failures < 3,
};

/** Begins to ask before there is a page to show the answer. */
export function askForSession(): Promise<void> {
  return queryClient.prefetchQuery(sessionQuery);
}
