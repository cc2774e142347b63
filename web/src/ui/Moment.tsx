import { useEffect, useState } from "react";

import { useFormats } from "./format";

const EVERY_MS = 10_000;

/**
 * "3 minutes ago", kept current, with the full date and time as its title. What is not `isAhead` is "now" at the latest, however
 * the clocks differ.
 */
export function Moment({ at, isAhead = false }: { at: string; isAhead?: boolean }) {
  const formats = useFormats();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={formats.moment(at)}>
      {formats.ago(at, isAhead ? now : Math.max(now, new Date(at).getTime()))}
    </time>
  );
}
