import { describe, expect, it } from "vitest";

import { wordDiff } from "./wordDiff";

const shown = (before: string, after: string) =>
  wordDiff(before, after)
    .map(({ kind, text }) => (kind === "same" ? text : kind === "added" ? `{+${text}}` : `{-${text}}`))
    .join("");

describe("a word diff", () => {
  it("marks the words that went and came, and keeps the others", () => {
    expect(shown("an oil painting, warm light", "an oil painting, cold light")).toBe("an oil painting, {-warm}{+cold} light");
    expect(shown("oil", "oil painting")).toBe("oil{+ painting}");
    expect(shown("make an oil painting now", "make an ink drawing now")).toBe("make an {-oil painting}{+ink drawing} now");
    expect(shown("", "new")).toBe("{+new}");
  });

  it("says nothing of texts that are the same", () => {
    expect(wordDiff("same words", "same words")).toEqual([{ kind: "same", text: "same words" }]);
  });

  it.each([
    ["a b c d", "b a d c"],
    ["the  same\nbut spaces", "the same but spaces"],
    ["word ".repeat(1_200), "other ".repeat(1_200)],
  ])("can be put together to both texts again", (before, after) => {
    const pieces = wordDiff(before, after);

    expect(pieces.filter(({ kind }) => kind !== "added").map(({ text }) => text).join("")).toBe(before);
    expect(pieces.filter(({ kind }) => kind !== "removed").map(({ text }) => text).join("")).toBe(after);
  });
});
