/** Requests that a page has many of: a few at once, in turn, and no faster than the session's limit of requests lets. */

/** What the API's answers say of the limit (`RateLimit-…`). */
export interface Left {
  limit: number;
  remaining: number;
  resetSeconds: number;
}

/** Of the limit: above the one nobody need wait; the other is left to the rest of the page, and to other pages. */
const PLENTY = 0.5;
const OF_OTHERS = 0.2;

/** Gives the milliseconds between two requests: what is left is made to last until the limit is whole again. */
export function gapFor({ limit, remaining, resetSeconds }: Left): number {
  if (remaining > limit * PLENTY) return 0;
  return (resetSeconds * 1_000) / Math.max(1, remaining - limit * OF_OTHERS);
}

/** Reads an answer's headers; null if they do not say it. */
export function leftOf(headers: Headers): Left | null {
  const [limit, remaining, resetSeconds] = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"].map((name) => Number.parseInt(headers.get(name) ?? "", 10));
  const isSaid = [limit, remaining, resetSeconds].every(Number.isFinite);
  return isSaid ? ({ limit, remaining, resetSeconds } as Left) : null;
}

export class Turns {
  readonly #waiting = new Set<() => Promise<void>>();
  readonly #atOnce: number;
  #running = 0;
  #gapMs = 0;
  /** Nothing begins before, `Date.now()`. */
  #notBefore = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Runs the task, which throws nothing, when its turn has come; the function given takes one back that has not begun. */
  take(task: () => Promise<void>): () => void {
    this.#waiting.add(task);
    this.#next();
    return () => this.#waiting.delete(task);
  }

  /** So far apart do tasks begin from now on. */
  spread(gapMs: number): void {
    this.#gapMs = gapMs;
  }

  /** For so long none begins. */
  hold(ms: number): void {
    this.#notBefore = Math.max(this.#notBefore, Date.now() + ms);
  }

  #next(): void {
    clearTimeout(this.#timer);
    const [task] = this.#waiting;
    if (!task || this.#running >= this.#atOnce) return;
    const wait = this.#notBefore - Date.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#next(), wait);
      return;
    }
    this.#waiting.delete(task);
    this.#running++;
    this.#notBefore = Date.now() + this.#gapMs;
    void task().finally(() => {
      this.#running--;
      this.#next();
    });
    this.#next();
  }
}
