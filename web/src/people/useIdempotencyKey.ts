import { useRef } from "react";

import { newIdempotencyKey } from "../api/client";
import { asProblem } from "../api/problem";

/**
 * A key for one creation: sent again after a lost answer it creates nothing twice. A refusal created nothing, so what is
 * corrected after it goes under a new one.
 */
export function useIdempotencyKey() {
  const key = useRef(newIdempotencyKey());
  const renew = () => {
    key.current = newIdempotencyKey();
  };
  return {
    header: () => ({ "Idempotency-Key": key.current }),
    renew,
    onError: (error: unknown) => {
      const { status } = asProblem(error);
      if (status >= 400 && status < 500) renew();
    },
  };
}
