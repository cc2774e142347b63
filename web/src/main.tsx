import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/page.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app/App";
import { keepFocus } from "./app/keepFocus";
import { pageAt } from "./app/pages";
import { askForSession } from "./session/asking";
import { startTexts } from "./i18n";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
// All at once: each is a trip to the server.
const page = pageAt(window.location.pathname);
void askForSession().then((isLoggedIn) => isLoggedIn && page?.ask?.());
const texts = startTexts();
// what fails is told when the page is shown
page?.load().catch(() => undefined);
keepFocus();
await texts;
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
