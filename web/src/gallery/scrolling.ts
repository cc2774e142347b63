/** Says whether the newest pictures are in sight. Whoever comes back to the page is put at the old place by the browser. */
import { useSyncExternalStore } from "react";

/** So little is no going away from the newest, pixels. */
const AT_TOP = 40;

let isScrolledDown = window.scrollY > AT_TOP;

function watchScrolling(watcher: () => void): () => void {
  // where the page is, is asked when it moves: React asks at each rendering, which would have to lay out the page for it
  const look = () => {
    isScrolledDown = window.scrollY > AT_TOP;
    watcher();
  };
  look();
  window.addEventListener("scroll", look, { passive: true });
  return () => window.removeEventListener("scroll", look);
}

export function useIsScrolledDown(): boolean {
  return useSyncExternalStore(watchScrolling, () => isScrolledDown);
}
