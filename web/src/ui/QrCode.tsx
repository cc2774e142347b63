import { Box, Skeleton } from "@mantine/core";
import { useEffect, useState } from "react";

interface Props {
  value: string;
  /** What it leads to, for screen readers. */
  label: string;
  /** In pixels. */
  size: number;
}

/** White around the code, in its squares; readers need four. */
const MARGIN = 4;

/** A QR code drawn in the page; the library that computes it is loaded with the first one. */
export function QrCode({ value, label, size }: Props) {
  const [drawn, setDrawn] = useState<{ path: string; squares: number } | null>(null);
  useEffect(() => {
    let isWanted = true;
    void import("qrcode").then(({ default: { create } }) => {
      const { modules } = create(value, { errorCorrectionLevel: "M" });
      if (isWanted) setDrawn({ path: pathOf(modules), squares: modules.size + 2 * MARGIN });
    });
    return () => {
      isWanted = false;
    };
  }, [value]);
  return (
    <Box w={size} h={size}>
      {drawn ? (
        <svg role="img" aria-label={label} width={size} height={size} viewBox={`0 0 ${drawn.squares} ${drawn.squares}`} shapeRendering="crispEdges">
          <rect width="100%" height="100%" fill="#fff" />
          <path d={drawn.path} fill="#000" />
        </svg>
      ) : (
        <Skeleton width={size} height={size} />
      )}
    </Box>
  );
}

function pathOf({ size, data }: { size: number; data: Uint8Array }): string {
  const squares = Array.from({ length: size * size }, (_, place) => place).filter((place) => data[place]);
  return squares.map((place) => `M${MARGIN + (place % size)} ${MARGIN + Math.floor(place / size)}h1v1h-1z`).join("");
}
