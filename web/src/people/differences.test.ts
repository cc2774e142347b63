import { describe, expect, it } from "vitest";

import { differencesOf } from "./differences";

describe("differences", () => {
  it("are told field by field, nested ones by their paths", () => {
    const before = { name: "Booth", params: { prompt: "[hidden]", strength: 0.5 }, is_active: true };
    const after = { name: "Booth", params: { prompt: "[hidden]", strength: 0.7 }, is_active: false };
    expect(differencesOf(before, after)).toEqual([
      { path: "params.strength", before: "0.5", after: "0.7" },
      { path: "is_active", before: "true", after: "false" },
    ]);
  });

  it("of something new are all its fields, of something deleted all that it had", () => {
    expect(differencesOf(null, { role: "viewer" })).toEqual([{ path: "role", before: null, after: "viewer" }]);
    expect(differencesOf({ role: "viewer" }, null)).toEqual([{ path: "role", before: "viewer", after: null }]);
  });

  it("take what is empty for what is not there", () => {
    expect(differencesOf({ fallbacks: ["a"], limit: 3, why: null }, { fallbacks: [], limit: null, why: "" })).toEqual([
      { path: "fallbacks.0", before: "a", after: null },
      { path: "limit", before: "3", after: null },
    ]);
  });

  it("of nothing said are none", () => {
    expect(differencesOf(null, null)).toEqual([]);
  });
});
