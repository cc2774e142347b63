import { describe, expect, it } from "vitest";

import { itemsOf, newestOf, without, withNewest, type Loaded, type Picture, type PicturePage } from "./pictures";

/** Photos are named by the second in which they came. */
const picture = (second: string) => ({ id: `id-${second}`, created_at: `2026-05-09T18:00:${second}Z` }) as Picture;
const page = (seconds: string[], next: string | null = null): PicturePage => ({ items: seconds.map(picture), next_cursor: next });
const loaded = (...pages: PicturePage[]): Loaded => ({ pages, pageParams: pages.map(() => null) });
const seconds = (list: Loaded) => itemsOf(list).map(({ id }) => id.slice(3));

describe("the loaded pictures", () => {
  it("get new ones at their places, also one that took longer than those behind it", () => {
    const before = loaded(page(["40", "20"], "c1"), page(["10"], "c2"));
    const newest = newestOf(page(["50", "40", "30", "20"], "x"), itemsOf(before));
    const after = withNewest(before, newest);
    expect(newest.fresh.map(({ id }) => id)).toEqual(["id-50", "id-30"]);
    expect(seconds(after)).toEqual(["50", "40", "30", "20", "10"]);
    expect(after.pages.at(-1)?.next_cursor).toBe("c2");
  });

  it("know fractions of a second from whole ones", () => {
    const before = loaded(page(["40"]));
    expect(seconds(withNewest(before, newestOf(page(["40.5", "40"]), itemsOf(before))))).toEqual(["40.5", "40"]);
  });

  it("get nothing twice when the same news come twice", () => {
    const before = loaded(page(["20"]));
    const newest = newestOf(page(["30", "20"]), itemsOf(before));
    expect(seconds(withNewest(withNewest(before, newest), newest))).toEqual(["30", "20"]);
  });

  it("begin anew when there may be unknown ones between the new and the old", () => {
    const before = loaded(page(["20", "10"], "c1"));
    const newest = newestOf(page(["50", "40"], "c9"), itemsOf(before));
    expect(newest.isGap).toBe(true);
    expect(seconds(withNewest(before, newest))).toEqual(["50", "40"]);
    expect(withNewest(before, newest).pages[0]?.next_cursor).toBe("c9");
  });

  it("have no gap when the whole new list is known", () => {
    expect(newestOf(page(["50", "40"]), []).isGap).toBe(false);
    expect(newestOf(page(["50", "40"], "c"), page(["40"]).items).isGap).toBe(false);
  });

  it("lose the revoked one", () => {
    expect(seconds(without(loaded(page(["30", "20"], "c1"), page(["10"], "c2")), "id-20"))).toEqual(["30", "10"]);
  });
});
