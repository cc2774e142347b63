/**
 * Windows over the page, opened from anywhere: `modals.open({ title, children })`, `modals.close(id)`.
 *
 * What draws them is loaded with the first one, or once the first page has been there for a while.
 */
import { randomId } from "@mantine/hooks";
import { modals as drawn } from "@mantine/modals";
import { createElement, useSyncExternalStore } from "react";

import { useLater } from "./useLater";

class Waiting {
  #isThere = false;
  readonly #opening: (() => void)[] = [];
  readonly #listeners = new Set<() => void>();

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly isWanted = (): boolean => this.#opening.length > 0;

  readonly isThere = (): void => {
    this.#isThere = true;
    for (const open of this.#opening.splice(0)) open();
  };

  whenThere(open: () => void): void {
    if (this.#isThere) {
      open();
      return;
    }
    this.#opening.push(open);
    for (const listener of this.#listeners) listener();
  }
}

const waiting = new Waiting();

export const modals: Pick<typeof drawn, "open" | "openConfirmModal" | "close"> = {
  open: (settings) => {
    const modalId = settings.modalId ?? randomId();
    waiting.whenThere(() => drawn.open({ ...settings, modalId }));
    return modalId;
  },
  openConfirmModal: (settings) => {
    const modalId = settings.modalId ?? randomId();
    waiting.whenThere(() => drawn.openConfirmModal({ ...settings, modalId }));
    return modalId;
  },
  close: (id) => waiting.whenThere(() => drawn.close(id)),
};

const loadHost = () => import("./DialogHost");

/** Where they appear; once, beside the pages. */
export function Dialogs() {
  const Host = useLater(loadHost, useSyncExternalStore(waiting.listen, waiting.isWanted));
  return Host && createElement(Host, { onThere: waiting.isThere });
}
