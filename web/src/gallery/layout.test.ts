import { describe, expect, it } from "vitest";

import { layoutFor } from "./layout";

describe("the gallery's layout", () => {
  it("has two columns on the narrowest phone, wide enough for three buttons", () => {
    const { columns, cardWidth } = layoutFor(328);
    expect(columns).toBe(2);
    expect(cardWidth).toBeGreaterThanOrEqual(3 * 44 + 2);
  });

  it("fills the width whatever it is", () => {
    for (const width of [328, 736, 1168, 1400]) {
      const { columns, cardWidth, gap } = layoutFor(width);
      expect(columns * cardWidth + (columns - 1) * gap).toBeCloseTo(width);
    }
  });
});
