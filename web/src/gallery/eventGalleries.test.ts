import { describe, expect, it, vi } from "vitest";

vi.mock("../api/client", () => ({ api: {} }));

const { clockOf } = await import("./eventGalleries");

describe("the countdown", () => {
  it("shows minutes and seconds, with hours from an hour on", () => {
    expect([899_000, 59_001, 0].map(clockOf)).toEqual(["14:59", "01:00", "00:00"]);
    expect(clockOf(8_099_000)).toBe("2:14:59");
    expect(clockOf(3_600_000)).toBe("1:00:00");
  });
});
