/** Says whether the newest pictures are in sight. Whoever comes back to the page is put at the old place by the browser. */
import { useSyncExternalStore } from "react";

/** So little is no going away from the newest, pixels. */
const AT_TOP = 40;

function watchScrolling(watcher: () => void): () => void {
  window.addEventListener("scroll", watcher, { passive: true });
  return () => window.removeEventListener("scroll", watcher);
}

export function useIsScrolledDown(): boolean {
  return useSyncExternalStore(watchScrolling, () => window.scrollY > AT_TOP);
}
