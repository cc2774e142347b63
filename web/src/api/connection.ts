/** Whether the server can be reached. Once a request finds it gone, it is asked again until it answers. */
import { useSyncExternalStore } from "react";

const ASK_AGAIN_MS = 2_000;
const DEADLINE_MS = 5_000;

class Connection {
  readonly #watchers = new Set<() => void>();
  #isLost = false;
  #onBack: () => void = () => undefined;

  isLost = (): boolean => this.#isLost;

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Sets what is done when the server answers again. */
  whenBack(onBack: () => void): void {
    this.#onBack = onBack;
  }

  lost(): void {
    if (this.#isLost) return;
    this.#say(true);
    setTimeout(() => void this.#askAgain(), ASK_AGAIN_MS);
  }

  async #askAgain(): Promise<void> {
    try {
      await fetch("/api/v1/session", { method: "HEAD", signal: AbortSignal.timeout(DEADLINE_MS) });
    } catch {
      setTimeout(() => void this.#askAgain(), ASK_AGAIN_MS);
      return;
    }
    this.#say(false);
    this.#onBack();
  }

  #say(isLost: boolean): void {
    this.#isLost = isLost;
    for (const watcher of this.#watchers) watcher();
  }
}

export const connection = new Connection();
window.addEventListener("offline", () => connection.lost());

export function useIsOffline(): boolean {
  return useSyncExternalStore(connection.watch, connection.isLost);
}
