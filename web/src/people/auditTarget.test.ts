import { expect, it } from "vitest";

import { auditTargetOf } from "./auditTarget";

it.each([
  ["slots/demo-gemini", "slots", "demo-gemini", "/slots/demo-gemini"],
  ["providers/gemini/pause", "providers", "gemini/pause", "/providers/gemini"],
  ["results/5f0c", "results", "5f0c", "/jobs/5f0c"],
  ["settings", "settings", "", "/settings"],
  ["dead-letters", "dead-letters", "", "/operations"],
  ["template-media/7", "template-media", "7", null],
])("%s leads to its page", (target, kind, name, page) => {
  expect(auditTargetOf(target)).toEqual({ kind, name, page });
});
