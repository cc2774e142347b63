import { describe, expect, it } from "vitest";

import { formatsFor } from "./format";

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

describe("formats", () => {
  it("write numbers as the language does", () => {
    expect(plain(formatsFor("ru").number(12_345.6))).toBe("12 345,6");
    expect(formatsFor("en").number(12_345.6)).toBe("12,345.6");
  });

  it("write short times in milliseconds and longer ones in seconds", () => {
    expect(plain(formatsFor("en").duration(250))).toBe("250 ms");
    expect(plain(formatsFor("en").duration(8_420))).toBe("8.4 sec");
    expect(plain(formatsFor("ru").duration(8_420))).toBe("8,4 с");
  });

  it("show nothing where nothing is known", () => {
    expect([formatsFor("en").share(null), formatsFor("en").duration(undefined), formatsFor("en").moment(null)]).toEqual(["—", "—", "—"]);
  });

  it("say how long ago something was in the largest unit that fits", () => {
    const now = Date.parse("2026-05-09T18:30:00Z");
    expect(formatsFor("en").ago("2026-05-09T18:27:00Z", now)).toBe("3 minutes ago");
    expect(formatsFor("ru").ago("2026-05-09T20:30:00Z", now)).toBe("через 2 часа");
    expect(formatsFor("en").ago("2026-05-09T18:30:00Z", now)).toBe("now");
  });
});
