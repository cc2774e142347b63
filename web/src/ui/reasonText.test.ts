import { expect, it } from "vitest";

import document from "../../../docs/api/openapi.json";
import reasons from "../i18n/en/reasons.json";

const { FailureReason, AttemptOutcome, StepKind } = document.components.schemas;

it("says of every reason what it is called, what happened and what to do", () => {
  const told = Object.entries(reasons.reason).filter(([, texts]) => texts.name && texts.what && texts.do);

  expect(told.map(([reason]) => reason)).toEqual(expect.arrayContaining(FailureReason.enum));
});

it("says how every attempt may end, and every step of a photo's way", () => {
  expect(Object.keys(reasons.outcome)).toEqual(expect.arrayContaining(AttemptOutcome.enum));
  expect(Object.keys(reasons.step)).toEqual(expect.arrayContaining(StepKind.enum));
});
