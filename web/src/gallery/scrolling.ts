/** Where the window is scrolled to: whether the newest pictures are in sight, and where somebody was before. */
import { useLayoutEffect, useSyncExternalStore } from "react";
import { useNavigationType } from "react-router-dom";

/** So little is no going away from the newest, pixels. */
const AT_TOP = 40;

const places = new Map<string, number>();

function watchScrolling(watcher: () => void): () => void {
  window.addEventListener("scroll", watcher, { passive: true });
  return () => window.removeEventListener("scroll", watcher);
}

export function useIsScrolledDown(): boolean {
  return useSyncExternalStore(watchScrolling, () => window.scrollY > AT_TOP);
}

/** Brings whoever comes back to the place that was left; the page must be as high as it was at its first rendering. */
export function useScrollMemory(address: string): void {
  const isBack = useNavigationType() === "POP";
  useLayoutEffect(() => {
    const place = isBack ? places.get(address) : undefined;
    if (place !== undefined) window.scrollTo(0, place);
    return () => void places.set(address, window.scrollY);
    // only when the page comes and goes
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
}
