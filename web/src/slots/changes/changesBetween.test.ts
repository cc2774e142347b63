import { expect, it } from "vitest";

import { changesBetween } from "./changesBetween";

const told = (before: object, after: object) => changesBetween(before as never, after as never).map(({ pointer, kind, before: was, after: is }) => [pointer, kind, was, is]);

it("names each field that differs, down to its leaf", () => {
  const before = { name: "a", params: { prompt: "oil", seed: 1 }, fallbacks: [{ provider: "gemini" }] };
  const after = { name: "a", params: { prompt: "ink", seed: 1, "a/b": 2 }, fallbacks: [] };

  expect(told(before, after)).toEqual([
    ["/params/prompt", "changed", "oil", "ink"],
    ["/params/a~1b", "added", null, 2],
    ["/fallbacks/0", "removed", { provider: "gemini" }, null],
  ]);
});

it("tells nothing from no value, but not null from false", () => {
  expect(told({ a: undefined, b: null }, { b: null })).toEqual([]);
  expect(told({ b: null }, { b: false })).toEqual([["/b", "changed", null, false]]);
  expect(told({ b: [] }, { b: {} })).toEqual([["/b", "changed", [], {}]]);
});
