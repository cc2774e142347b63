import type { ReactNode } from "react";

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

/** What was asked of the API, or what stands in its place; a failed refresh keeps what was there. */
export function Listing<Data>({ asked, skeleton = <RowsSkeleton />, children }: Props<Data>) {
  if (asked.data !== undefined) return children(asked.data);
  if (asked.isPending) return <div aria-busy>{skeleton}</div>;
  return <Failure error={asked.error} onRetry={() => void asked.refetch()} />;
}
