import { describe, expect, it } from "vitest";

import { toggled } from "./selection";

const ORDER = ["a", "b", "c", "d", "e"];

describe("a selection", () => {
  it("takes one and gives it back", () => {
    const one = toggled(new Set(), "b", null, ORDER);
    expect([...one]).toEqual(["b"]);
    expect([...toggled(one, "b", null, ORDER)]).toEqual([]);
  });

  it("takes everything between two, in either direction", () => {
    expect([...toggled(new Set(["d"]), "b", "d", ORDER)].toSorted()).toEqual(["b", "c", "d"]);
    expect([...toggled(new Set(["a"]), "c", "a", ORDER)].toSorted()).toEqual(["a", "b", "c"]);
  });

  it("takes one alone when the other end is gone", () => {
    expect([...toggled(new Set(), "b", "revoked", ORDER)]).toEqual(["b"]);
  });
});
