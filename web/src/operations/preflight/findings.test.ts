import { describe, expect, it } from "vitest";

import { groupsOf, mendedAt, type Finding } from "./findings";

const finding = (code: Finding["code"], about: Partial<Finding> = {}): Finding => ({ code, severity: "warning", problem: "", remedy: "", ...about });

describe("the findings of a preflight", () => {
  it("stand together by what they are about, the worst first", () => {
    const found = groupsOf([
      finding("clock_skew"),
      finding("photo_slow", { slot_id: "evening" }),
      finding("key_missing", { provider: "gemini", severity: "error" }),
      finding("slot_inactive", { slot_id: "evening", severity: "error" }),
    ]);
    expect(found.map(({ kind, name, findings }) => [kind, name, findings.map(({ code }) => code)])).toEqual([
      ["slot", "evening", ["slot_inactive", "photo_slow"]],
      ["provider", "gemini", ["key_missing"]],
      ["platform", "", ["clock_skew"]],
    ]);
  });

  it("lead to the place where they are mended", () => {
    expect(mendedAt(finding("window_short", { slot_id: "evening", provider: "gemini" }))?.to).toBe("/slots/evening");
    expect(mendedAt(finding("provider_failed", { slot_id: "evening", provider: "gemini" }))?.to).toBe("/providers/gemini");
    expect(mendedAt(finding("queue_backlog"))?.to).toBe("/operations?tab=queues");
    expect(mendedAt(finding("disk_full"))).toBeNull();
  });
});
