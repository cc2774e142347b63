import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/page.css";

import { App } from "./app/App";
import { keepFocus } from "./app/keepFocus";
import { nextTurn } from "./app/nextTurn";
import { pageAt } from "./app/pages";
import { createRoot, startTransition, StrictMode } from "./app/react";
import { startTexts } from "./i18n";
import { askForSession } from "./session/asking";
import { prepareNumbers } from "./ui/prepareNumbers";

/** For so long index.html's title stands there before the program says that it waits. */
const KNOWN_SOON_MS = 3_000;

/** Not awaited here: a page's file imports this one, and would wait for what waits for it. */
void begin();

/** Step by step, so that a slow phone answers in between; until the first page is drawn index.html's title stands there. */
async function begin(): Promise<void> {
  await nextTurn();
  // All before any answer: each is a trip to the server.
  const page = pageAt(window.location.pathname);
  const session = askForSession();
  await nextTurn();
  const texts = startTexts();
  await nextTurn();
  // what fails is told when the page is shown
  const code = page?.load?.().catch(() => undefined);
  keepFocus();
  const soon = new Promise<null>((resolve) => setTimeout(resolve, KNOWN_SOON_MS, null));
  const isLoggedIn = await Promise.race([session, soon]);
  if (isLoggedIn) {
    page?.ask?.();
    prepareNumbers();
  }
  await texts;
  // a page that is there at once is drawn once, without its skeleton
  if (isLoggedIn) await Promise.race([code, soon]);
  if (document.readyState === "loading") await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has no #root");
  const program = createRoot(root);
  // bit by bit
  startTransition(() =>
    program.render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  );
}
