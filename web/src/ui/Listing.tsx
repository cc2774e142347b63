import { useDeferredValue, type ReactNode } from "react";

import { Failure } from "./Failure";
import { RowsSkeleton } from "./Page";

interface Asked<Data> {
  data: Data | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

interface Props<Data> {
  asked: Asked<Data>;
  /** What stands there until the first answer. */
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}

/**
 * What was asked of the API, or what stands in its place; a failed refresh keeps what was there. The first answer is drawn bit by
 * bit, so that a slow phone answers meanwhile.
 */
export function Listing<Data>({ asked, skeleton = <RowsSkeleton />, children }: Props<Data>) {
  const isDrawn = useDeferredValue(asked.data !== undefined);
  if (isDrawn && asked.data !== undefined) return children(asked.data);
  if (asked.isPending || asked.data !== undefined) return <div aria-busy>{skeleton}</div>;
  return <Failure error={asked.error} onRetry={() => void asked.refetch()} />;
}
