import { QueryClient } from "@tanstack/react-query";

import { asProblem } from "./problem";

/** Worth another try by itself: nothing reached the server, or the server said so. */
function isPassing(error: unknown): boolean {
  const { code, status } = asProblem(error);
  return code === "offline" || status === 503;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      networkMode: "always",
      retry: (failures, error) => failures < 3 && isPassing(error),
      retryDelay: (failures) => Math.min(1_000 * 2 ** failures, 8_000),
      refetchOnReconnect: "always",
    },
    mutations: { networkMode: "always", retry: false },
  },
});
