import { describe, expect, it } from "vitest";

import { fromLocal, toLocal } from "./moments";

describe("a time in the form", () => {
  it.each(["2026-01-15T18:00:00.000Z", "2026-07-15T23:59:00.000Z"])("comes back as it went in, in winter and in summer", (iso) => {
    expect(fromLocal(toLocal(iso))).toBe(iso);
  });

  it("is none while the field is empty or half typed", () => {
    expect([fromLocal(""), fromLocal("2026-13-45T99:00"), toLocal(null)]).toEqual([null, null, ""]);
  });
});
