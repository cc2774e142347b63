import { describe, expect, it } from "vitest";

import { askedFor, filterOf, idIn, localOf, momentOf, NO_FILTER, queryOf, withFilter } from "./filter";

describe("the gallery's filter", () => {
  it("is read from the address and written back into it", () => {
    const filter = { ...NO_FILTER, slotId: "evening", booth: "BOOTH 2", since: "2026-05-09T18:00:00.000Z", hasTestRuns: true };
    expect(filterOf(withFilter(new URLSearchParams(), filter))).toEqual(filter);
  });

  it("leaves the rest of the address alone, and nothing of itself when it is taken away", () => {
    const address = withFilter(new URLSearchParams("photo=p&slot=evening&tests=1"), NO_FILTER);
    expect(address.toString()).toBe("photo=p");
  });

  it("asks the API only for what is asked for", () => {
    expect(queryOf({ ...NO_FILTER, jobId: "j" })).toEqual({ id: "j" });
    expect(queryOf(filterOf(new URLSearchParams("tests=1&to=2026-05-09T18:00:00Z")))).toEqual({ include_test_runs: true, until: "2026-05-09T18:00:00Z" });
  });

  it("counts what it asks for", () => {
    expect([askedFor(NO_FILTER), askedFor({ ...NO_FILTER, slotId: "a", hasTestRuns: true })]).toEqual([0, 2]);
  });

  it("finds a whole id in what was pasted, and no part of one", () => {
    const id = "0d4e6a52-7f3b-4c1d-9a80-5b2f6c7d8e9f";
    expect([id, id.toUpperCase(), `https://photos.example/jobs/${id}?tab=1`, `result-${id}.jpg`].map(idIn)).toEqual([id, id, id, id]);
    expect(["", "0d4e6a52", `${id}0`, "https://photos.example/public/results/abc"].map(idIn)).toEqual([null, null, null, null]);
  });

  it("says moments in the browser's time zone and gives them back", () => {
    expect(momentOf(localOf("2026-05-09T18:30:00.000Z"))).toBe("2026-05-09T18:30:00.000Z");
    expect([localOf(""), momentOf("")]).toEqual(["", ""]);
  });
});
