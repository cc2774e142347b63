import { $api } from "../api/client";
import { asProblem } from "../api/problem";
import { queryClient } from "../api/queryClient";

/** How to ask who is logged in: once, and not again because nobody is. */
export const sessionQuery = {
  ...$api.queryOptions("get", "/api/v1/session"),
  staleTime: Infinity,
  retryOnMount: false,
  retry: (failures: number, error: unknown) => asProblem(error).code !== "unauthenticated" && failures < 3,
};

/** Begins to ask before there is a page to show the answer; says whether somebody is logged in who may go on. */
export async function askForSession(): Promise<boolean> {
  // who waits for the answer is told what is wrong
  const session = await queryClient.fetchQuery(sessionQuery).catch(() => null);
  return session !== null && !session.must_change_password;
}
