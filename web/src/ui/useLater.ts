import { useEffect, useState, type ComponentType } from "react";

const LATER_MS = 5_000;

/**
 * A component that is too much for a first visit: null until it is loaded, which happens at once when it `isWanted`, else after a
 * while, so that it is there when the connection is not. What fails is tried again.
 */
export function useLater<P>(load: () => Promise<{ default: ComponentType<P> }>, isWanted: boolean): ComponentType<P> | null {
  const [Loaded, setLoaded] = useState<ComponentType<P> | null>(null);
  const [failures, setFailures] = useState(0);
  useEffect(() => {
    if (Loaded) return undefined;
    const begin = () => {
      load()
        .then(({ default: component }) => setLoaded(() => component))
        .catch(() => setFailures((count) => count + 1));
    };
    const timer = setTimeout(begin, isWanted && failures === 0 ? 0 : LATER_MS);
    return () => clearTimeout(timer);
  }, [Loaded, failures, isWanted, load]);
  return Loaded;
}
