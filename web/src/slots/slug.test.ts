import { describe, expect, it } from "vitest";

import { ID_PATTERN } from "./draft";
import { freeId, slug } from "./slug";

describe("an id made of a name", () => {
  it.each([
    ["Evening in oil", "evening-in-oil"],
    ["Вечер в масле", "vecher-v-masle"],
    ["Ёлка, чай & щи!", "elka-chay-shchi"],
    ["Café № 5", "cafe-no-5"],
    ["  --  ", ""],
    ["写真", ""],
    [`${"long ".repeat(20)}end`, "long-long-long-long-long-long-long-long-long-long-long-long-long"],
  ])("of %s is %s", (name, id) => {
    expect(slug(name)).toBe(id);
    expect(id === "" || ID_PATTERN.test(id)).toBe(true);
  });

  it("is numbered if it is taken, and stays short enough", () => {
    expect(freeId("booth", new Set(["booth", "booth-2"]))).toBe("booth-3");
    const long = "b".repeat(64);
    expect(freeId(long, new Set([long]))).toBe(`${"b".repeat(62)}-2`);
  });
});
