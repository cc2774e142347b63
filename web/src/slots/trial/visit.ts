/** The test runs of this visit, by slot: they go on, and are still there, when another tab of the slot is looked at. */
import { useSyncExternalStore } from "react";

import { asProblem, type Problem } from "../../api/problem";
import type { Photo } from "./photo";
import { endJobOf, repeatTrial, runTrial, type TrialReport, type TrialSettings } from "./trialRequest";

export type Ending =
  | { kind: "report"; report: TrialReport }
  | { kind: "problem"; problem: Problem }
  | { kind: "cancelled" }
  /** No answer within this time. */
  | { kind: "silent"; seconds: number };

export interface Try {
  number: number;
  startedAt: Date;
  /** Until the answer was here, the upload included. */
  tookMs: number;
  photo: Photo;
  settings: TrialSettings;
  ending: Ending;
}

interface Running {
  startedAt: Date;
  photo: Photo;
  settings: TrialSettings;
  windowSeconds: number;
}

interface State {
  photo: Photo | null;
  running: Running | null;
  /** The newest first. */
  tries: readonly Try[];
  /** The try whose end is shown, by its number. */
  shown: number;
}

const KEPT = 5;
/** A photo may take a minute to upload, and the answer some seconds beyond the window. */
const BEYOND_WINDOW_SECONDS = 75;

export class Visit {
  readonly #watchers = new Set<() => void>();
  #state: State = { photo: null, running: null, tries: [], shown: 0 };
  #abort = new AbortController();
  #made = 0;

  constructor(readonly slotId: string | null) {}

  state = (): State => this.#state;

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  choose(photo: Photo): void {
    this.#change({ photo });
  }

  show(number: number): void {
    this.#change({ shown: number });
  }

  /** Runs the chosen photo through the settings. */
  async run(settings: TrialSettings, windowSeconds: number): Promise<void> {
    const { photo } = this.#state;
    if (photo) await this.#run({ photo, settings, windowSeconds }, (signal) => runTrial(photo, settings, this.slotId, signal));
  }

  /** Runs the same photo through the same settings as then. */
  async repeat({ photo, settings, ending }: Try, windowSeconds: number): Promise<void> {
    const jobId = ending.kind === "report" ? ending.report.job_id : null;
    await this.#run({ photo, settings, windowSeconds }, (signal) => (jobId === null ? runTrial(photo, settings, this.slotId, signal) : repeatTrial(photo, jobId, signal)));
  }

  cancel(): void {
    const { running } = this.#state;
    if (!running) return;
    this.#abort.abort();
    // whether it could be ended changes nothing for who waits no more
    void endJobOf(running.photo, this.slotId).catch(() => undefined);
  }

  async #run(what: Omit<Running, "startedAt">, send: (signal: AbortSignal) => Promise<TrialReport>): Promise<void> {
    if (this.#state.running) return;
    const startedAt = new Date();
    this.#abort = new AbortController();
    this.#change({ running: { ...what, startedAt } });
    const seconds = what.windowSeconds + BEYOND_WINDOW_SECONDS;
    const ending = await endingOf(send, this.#abort.signal, seconds);
    this.#made += 1;
    const done: Try = { number: this.#made, startedAt, tookMs: Date.now() - startedAt.getTime(), photo: what.photo, settings: what.settings, ending };
    const tries = [done, ...this.#state.tries];
    this.#change({ running: null, tries: tries.slice(0, KEPT), shown: done.number });
    for (const { photo } of tries.slice(KEPT)) this.#forget(photo);
  }

  #forget(photo: Photo): void {
    const isUsed = this.#state.photo === photo || this.#state.tries.some((one) => one.photo === photo);
    if (!isUsed) URL.revokeObjectURL(photo.url);
  }

  #change(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    for (const watcher of this.#watchers) watcher();
  }
}

async function endingOf(send: (signal: AbortSignal) => Promise<TrialReport>, cancelled: AbortSignal, seconds: number): Promise<Ending> {
  try {
    const report = await send(AbortSignal.any([cancelled, AbortSignal.timeout(seconds * 1_000)]));
    return { kind: "report", report };
  } catch (error) {
    if (cancelled.aborted) return { kind: "cancelled" };
    if (error instanceof DOMException && error.name === "TimeoutError") return { kind: "silent", seconds };
    return { kind: "problem", problem: asProblem(error) };
  }
}

const visits = new Map<string, Visit>();

export function useVisit(slotId: string | null): [Visit, State] {
  const key = slotId ?? "";
  const visit = visits.get(key) ?? new Visit(slotId);
  visits.set(key, visit);
  return [visit, useSyncExternalStore(visit.watch, visit.state)];
}
