import { describe, expect, it } from "vitest";

import { filterOf, localOf, momentOf, withFilter } from "./jobFilter";

describe("the filter in the address", () => {
  it("is what the API takes", () => {
    const address = new URLSearchParams("slot=party&booth=Booth 1&status=failed&reason=timeout&source=ingest&since=2026-05-09T18:30:00.000Z&page=2");
    expect(filterOf(address)).toEqual({ slot_id: "party", booth: "Booth 1", status: "failed", reason: "timeout", source: "ingest", since: "2026-05-09T18:30:00.000Z" });
  });

  it.each(["status=lost", "reason=bad", "source=x", "id=12", "since=yesterday", "slot=Two words", "booth="])("leaves %s out, which the API would refuse", (text) => {
    expect(filterOf(new URLSearchParams(text))).toEqual({});
  });

  it("changes one thing at a time, and takes out what is empty", () => {
    const address = new URLSearchParams("slot=party&status=failed");
    expect(withFilter(address, "status", "done").toString()).toBe("slot=party&status=done");
    expect(withFilter(address, "status", "").toString()).toBe("slot=party");
  });

  it("goes through a field of local time and back", () => {
    expect(momentOf(localOf("2026-05-09T18:30:00.000Z"))).toBe("2026-05-09T18:30:00.000Z");
    expect([localOf(null), localOf("x"), momentOf("")]).toEqual(["", "", null]);
  });
});
