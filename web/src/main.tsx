import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/page.css";

import { startTransition, StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app/App";
import { keepFocus } from "./app/keepFocus";
import { pageAt } from "./app/pages";
import { askForSession } from "./session/asking";
import { startTexts } from "./i18n";

/** For so long index.html's title stands there before the program says that it waits. */
const KNOWN_SOON_MS = 3_000;

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
// All at once: each is a trip to the server.
const page = pageAt(window.location.pathname);
const session = askForSession();
const texts = startTexts();
// what fails is told when the page is shown
page?.load?.().catch(() => undefined);
keepFocus();
const known = await Promise.race([session, new Promise<null>((resolve) => setTimeout(resolve, KNOWN_SOON_MS, null))]);
if (known) page?.ask?.();
await texts;
// bit by bit, so that a slow phone answers meanwhile; until then index.html's title stands there
const program = createRoot(root);
startTransition(() =>
  program.render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
