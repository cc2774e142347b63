import { expect, it } from "vitest";

import { inCurrency, microsOf } from "./money";

it("writes small sums to a hundredth of a cent", () => {
  expect(inCurrency("en", "USD", 0.0391)).toBe("$0.0391");
  expect(inCurrency("en", "USD", 12.5)).toBe("$12.50");
});

it("counts what was typed in whole millionths", () => {
  expect([microsOf(0.1 + 0.2), microsOf("2.5"), microsOf("")]).toEqual([300_000, 2_500_000, null]);
});
