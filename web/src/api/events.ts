/** The live events of `/api/v1/events`: one stream a page, shared by everything on it. */
import { useEffect, useRef, useSyncExternalStore } from "react";

export type EventKind = "job" | "result" | "dead_letter" | "provider" | "ready" | "reset";

/** `data` of an event; which fields there are depends on its kind (docs/live-events.md). */
export interface LiveEvent {
  kind: EventKind;
  at?: string;
  job_id?: string | null;
  slot_id?: string | null;
  status?: string;
  reason?: string | null;
  provider?: string | null;
  state?: string;
}

type Listener = (event: LiveEvent) => void;

const KINDS: readonly EventKind[] = ["job", "result", "dead_letter", "provider", "ready", "reset"];
/** A browser gives up for good on an error answer (a 401, a 503): then we begin anew. */
const RETRY_MS = 3_000;

class Stream {
  readonly #listeners = new Set<Listener>();
  readonly #watchers = new Set<() => void>();
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#close();
    };
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  isOpen = (): boolean => this.#isOpen;

  #open(): void {
    clearTimeout(this.#timer);
    const source = new EventSource("/api/v1/events");
    this.#source = source;
    source.addEventListener("open", () => this.#say(true));
    source.addEventListener("error", () => {
      this.#say(false);
      if (source.readyState === EventSource.CLOSED) this.#timer = setTimeout(() => this.#open(), RETRY_MS);
    });
    for (const kind of KINDS) {
      source.addEventListener(kind, (message: MessageEvent<string>) => {
        const event = { ...(JSON.parse(message.data || "{}") as object), kind };
        for (const listener of this.#listeners) listener(event);
      });
    }
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#say(false);
  }

  #say(isOpen: boolean): void {
    this.#isOpen = isOpen;
    for (const watcher of this.#watchers) watcher();
  }
}

const stream = new Stream();

/** Calls `onEvent` for each event while the component is there. `reset` means: read anew what you show. */
export function useLiveEvents(onEvent: Listener): void {
  const latest = useRef(onEvent);
  useEffect(() => {
    latest.current = onEvent;
  }, [onEvent]);
  useEffect(() => stream.listen((event) => latest.current(event)), []);
}

/** Says whether events arrive just now, so that a page can show that it is live. */
export function useIsLive(): boolean {
  return useSyncExternalStore(stream.watch, stream.isOpen);
}
