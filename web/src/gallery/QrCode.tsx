import { Skeleton } from "@mantine/core";
import { useEffect, useState } from "react";

import classes from "./gallery.module.css";

/** Light modules around the code, without which cameras do not find it. */
const QUIET = 4;

interface Code {
  size: number;
  path: string;
}

/** Draws the code in the page: no request, and as sharp as the screen. The library comes with the first code. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const [code, setCode] = useState<Code | null>(null);
  useEffect(() => {
    let isWanted = true;
    void drawn(text).then((made) => isWanted && setCode(made));
    return () => {
      isWanted = false;
    };
  }, [text]);
  if (!code) return <Skeleton className={classes.qr} style={{ aspectRatio: 1 }} />;
  return (
    <svg className={classes.qr} role="img" aria-label={label} viewBox={`0 0 ${code.size} ${code.size}`} shapeRendering="crispEdges">
      <path d={code.path} fill="#000" />
    </svg>
  );
}

async function drawn(text: string): Promise<Code> {
  const { create } = await import("qrcode");
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const dark = Array.from({ length: modules.size ** 2 }, (_, at) => at).filter((at) => modules.data[at]);
  const path = dark.map((at) => `M${(at % modules.size) + QUIET} ${Math.floor(at / modules.size) + QUIET}h1v1h-1z`).join("");
  return { size: modules.size + 2 * QUIET, path };
}
