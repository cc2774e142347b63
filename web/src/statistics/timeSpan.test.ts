import { describe, expect, it } from "vitest";

import { boundsOf, faultOf, scopeOf, timeSpanOf, withPreset, withScope, withTimes } from "./timeSpan";

const [FROM, TO] = ["2026-05-09T18:00:00.000Z", "2026-05-09T19:00:00.000Z"];
const address = (text: string) => new URLSearchParams(text);

describe("the time that statistics are about", () => {
  it("is the last day unless the address says otherwise", () => {
    expect(timeSpanOf(address(""))).toEqual({ preset: "24h" });
    expect(timeSpanOf(address("window=5m"))).toEqual({ preset: "5m" });
    expect(timeSpanOf(address("window=toString"))).toEqual({ preset: "24h" });
    expect(timeSpanOf(address(`from=${FROM}&to=${TO}`))).toEqual({ from: FROM, to: TO });
  });

  it("ends now for a preset", () => {
    expect(boundsOf({ preset: "1h" }, Date.parse(TO))).toEqual({ from: FROM, to: TO });
    expect(boundsOf({ from: FROM, to: TO }, 0)).toEqual({ from: FROM, to: TO });
  });

  it.each([
    [FROM, TO, null], [TO, FROM, "order"], [FROM, FROM, "order"], [FROM, "2026-05-09T18:04:59.000Z", "short"], [FROM, "2026-06-09T18:00:00.000Z", null], [FROM, "2026-06-09T18:00:01.000Z", "long"],
  ])("from %s to %s has the fault %s", (from, to, fault) => {
    expect(faultOf({ from, to })).toBe(fault);
  });

  it("is changed without losing what else is chosen", () => {
    expect(withPreset(address(`slot=party&from=${FROM}&to=${TO}`), "7d").toString()).toBe("slot=party&window=7d");
    expect(timeSpanOf(withTimes(address("window=7d"), { from: FROM, to: TO }))).toEqual({ from: FROM, to: TO });
  });

  it("is of one slot or one provider, never both", () => {
    expect(scopeOf(address("slot=party&provider=gemini"))).toEqual({ slotId: "party" });
    expect(withScope(address("slot=party&window=1h"), { provider: "gemini" }).toString()).toBe("window=1h&provider=gemini");
    expect(scopeOf(withScope(address("slot=party"), {}))).toEqual({});
  });
});
