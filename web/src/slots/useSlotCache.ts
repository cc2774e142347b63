import { useQueryClient } from "@tanstack/react-query";

import { $api } from "../api/client";
import type { Slot } from "./draft";

/** Puts a slot that was just saved in the place of what pages remember of it. */
export function useSlotCache() {
  const queryClient = useQueryClient();
  const list = { queryKey: ["get", "/api/v1/slots"], exact: false };
  return {
    put: (slot: Slot) => {
      queryClient.setQueryData($api.queryOptions("get", "/api/v1/slots/{id}", { params: { path: { id: slot.id } } }).queryKey, slot);
      return queryClient.invalidateQueries(list);
    },
    forget: (id: string) => {
      queryClient.removeQueries({ queryKey: $api.queryOptions("get", "/api/v1/slots/{id}", { params: { path: { id } } }).queryKey });
      return queryClient.invalidateQueries(list);
    },
  };
}
