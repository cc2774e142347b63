/**
 * Keeps the focus from getting lost.
 *
 * A browser takes it from what is removed, hidden or disabled and gives it to nothing: whoever goes by keyboard or has the
 * page read out would not know where he is. A button that is disabled while it works gets it back afterwards; in the place
 * of what is gone comes the control before it, and for a closed dialog or message what had the focus before.
 *
 * Fingers and mice need no focus, and a field that got it would bring up a phone's keyboard: nothing is done for them.
 */
interface Focused {
  element: HTMLElement;
  /** The page's main part, or the dialog. */
  root: HTMLElement;
  /** The controls there that the tab key goes through, up to this one. */
  before: readonly HTMLElement[];
}

const ROOTS = "[role='dialog'], main";
const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]";
/** Whoever removes something may have a better place for the focus, and a dialog gives it back by itself. */
const SETTLES_MS = 80;
/** A way back through dialogs over dialogs. */
const MAX_REMEMBERED = 20;

export function keepFocus(): void {
  const past: Focused[] = [];
  const working = new MutationObserver(() => findAgain());
  let isByKeyboard = false;
  document.addEventListener("keydown", () => (isByKeyboard = true), true);
  document.addEventListener("pointerdown", () => (isByKeyboard = false), true);

  const findAgain = () => {
    const last = past.at(-1);
    if (!last || isSomewhere() || isWorking(last.element)) return;
    working.disconnect();
    placeFor(past)?.focus();
  };

  document.addEventListener("focusin", ({ target }) => {
    working.disconnect();
    if (!(target instanceof HTMLElement)) return;
    past.push(remembered(target));
    if (past.length > MAX_REMEMBERED) past.shift();
  });
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (relatedTarget !== null || !isByKeyboard || !(target instanceof HTMLElement)) return;
    const wasDisabled = target.matches(":disabled");
    setTimeout(() => {
      // else somebody clicked beside it, or went to another window
      if (canHaveIt(target) && !wasDisabled) return;
      if (isWorking(target)) working.observe(target, { attributeFilter: ["disabled", "data-loading"] });
      findAgain();
    }, SETTLES_MS);
  });
}

function isSomewhere(): boolean {
  return document.activeElement !== null && document.activeElement !== document.body;
}

function canHaveIt(element: HTMLElement): boolean {
  return element.isConnected && element.checkVisibility({ visibilityProperty: true }) && !element.matches(":disabled");
}

/** A button that shows that it works, and is disabled meanwhile. */
function isWorking(element: HTMLElement): boolean {
  return element.isConnected && element.matches("[data-loading]:disabled");
}

function remembered(element: HTMLElement): Focused {
  const root = element.closest<HTMLElement>(ROOTS) ?? document.body;
  const controls = [...root.querySelectorAll<HTMLElement>(CONTROLS)].filter(({ tabIndex }) => tabIndex >= 0);
  return { element, root, before: controls.filter((one) => one.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) };
}

/** For the one that had the focus last. If its dialog is gone, too: for the one before it. */
function placeFor(past: Focused[]): HTMLElement | null {
  for (let gone = past.pop(); gone; gone = past.pop()) {
    const near = canHaveIt(gone.element) ? gone.element : gone.before.findLast(canHaveIt);
    if (near) return near;
    if (gone.root !== document.body && canHaveIt(gone.root)) return focusable(gone.root);
  }
  return focusable(document.querySelector("main"));
}

/** Lets it have the focus this once. */
function focusable(place: HTMLElement | null): HTMLElement | null {
  if (place && !place.hasAttribute("tabindex")) {
    place.tabIndex = -1;
    place.addEventListener("blur", () => place.removeAttribute("tabindex"), { once: true });
  }
  return place;
}
