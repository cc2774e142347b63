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
const texts = startTexts();
void pageAt(window.location.pathname)?.load();
void askForSession();
keepFocus();
await texts;
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
