import { describe, expect, it } from "vitest";

import { changeOf, shownAs } from "./limitFields";

const set = { requests_per_minute: 10, requests_per_day: null, images_per_minute: null, concurrency: 4, money_per_day: 2_500_000 };

describe("the limits of a provider", () => {
  it("show money in units of its currency", () => {
    expect([shownAs("money_per_day", 2_500_000), shownAs("concurrency", 4), shownAs("requests_per_day", null)]).toEqual([2.5, 4, ""]);
  });

  it("are sent where they differ, an emptied one as the manifest's", () => {
    expect(changeOf({ requests_per_minute: "", concurrency: 4, requests_per_day: 900, money_per_day: "3" }, set)).toEqual({
      requests_per_minute: null, requests_per_day: 900, money_per_day: 3_000_000,
    });
  });

  it("are left alone when nothing was typed", () => {
    expect(changeOf({}, set)).toEqual({});
  });
});
