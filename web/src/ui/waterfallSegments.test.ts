import { expect, it } from "vitest";

import { knownMs, segmentsOf } from "./waterfallSegments";

const step = (kind: "upload" | "queue" | "provider" | "answer", starts_ms: number, ends_ms: number | null, attempt: number | null = null) => ({
  kind, starts_ms, ends_ms, attempt, provider: attempt ? "gemini" : null,
});
const name = (kind: string) => kind.toUpperCase();

it("shows each step at its place, and one that is not over without a length", () => {
  const segments = segmentsOf([step("upload", 0, 200), step("provider", 210, 4_210, 1), step("answer", 4_300, null)], name);

  expect(segments.map(({ label, startMs, lengthMs }) => [label, startMs, lengthMs])).toEqual([
    ["UPLOAD", 0, 200], ["PROVIDER: gemini", 210, 4_000], ["ANSWER", 4_300, null],
  ]);
});

it("numbers the attempts when there were several, and leaves out what took no time", () => {
  const steps = [step("upload", 0, 200), step("queue", 200, 200, 1), step("provider", 200, 900, 1), step("provider", 950, 2_000, 2)];

  expect(segmentsOf(steps, name).map(({ label }) => label)).toEqual(["UPLOAD", "PROVIDER: gemini (1)", "PROVIDER: gemini (2)"]);
});

it("knows how far a photo has come", () => {
  expect(knownMs([step("upload", 0, 200), step("provider", 250, null, 1)])).toBe(250);
  expect(knownMs([])).toBe(0);
});
