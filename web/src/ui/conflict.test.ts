import { expect, it } from "vitest";

import { chosenMine, differences, type Side } from "./conflict";

const fields = (values: Record<string, number | null>) => new Map(Object.entries(values));
const found = differences(fields({ window: 48, days: 3, photos: 600, kept: 1 }), fields({ window: 50, days: 3, photos: 700, kept: 1 }), fields({ window: 60, days: 4, photos: 700, kept: 1 }));

it("two people see what differs, their own changes suggested and the other's taken over", () => {
  expect(found).toEqual([
    { field: "window", mine: 50, theirs: 60, suggested: "mine" },
    { field: "days", mine: 3, theirs: 4, suggested: "theirs" },
  ]);
});

it("what is chosen to be mine is saved, and nothing else", () => {
  expect(chosenMine(found, new Map(found.map(({ field, suggested }) => [field, suggested])))).toEqual({ window: 50 });
  expect(chosenMine(found, new Map<string, Side>([["window", "theirs"], ["days", "mine"]]))).toEqual({ days: 3 });
});
