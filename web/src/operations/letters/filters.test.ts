import { describe, expect, it } from "vitest";

import { queryOf } from "./filters";

const NOTHING = { reason: "", queue: "", job_id: "", period: "", replayed: "" };
const NOW = Date.parse("2026-05-09T18:30:31Z");

describe("the question for dead letters", () => {
  it("asks for all of them when nothing narrows", () => {
    expect(queryOf(NOTHING, NOW)).toEqual({});
  });

  it("asks for what stands in the address", () => {
    const filters = { reason: "expired", queue: "provider.gemini.v1", job_id: "j", period: "day", replayed: "no" };
    expect(queryOf(filters, NOW)).toEqual({
      reason: "expired", queue: "provider.gemini.v1", job_id: "j", since: "2026-05-08T18:30:00.000Z", is_replayed: false,
    });
  });

  it("leaves out what means nothing", () => {
    expect(queryOf({ ...NOTHING, reason: "bored", period: "century", replayed: "maybe" }, NOW)).toEqual({});
  });
});
