import { useEffect, useState } from "react";

import { useFormats } from "./format";

const EVERY_MS = 10_000;

/** "3 minutes ago", kept current, with the full date and time as its title. */
export function Moment({ at }: { at: string }) {
  const formats = useFormats();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={formats.moment(at)}>
      {formats.ago(at, Math.max(now, new Date(at).getTime()))}
    </time>
  );
}
