import { describe, expect, it } from "vitest";

import { healthOf, hindrancesOf, isPaused, type Breaker, type Provider } from "./health";

const breaker = (reason: Breaker["reason"], state: Breaker["state"] = "open"): Breaker => ({
  reason, state, since: "2026-05-09T18:30:00Z", tries_at: null, detail: "", by: null,
});

const provider = (breakers: Breaker[], has_key = true) => ({ breakers, has_key }) as Provider;

describe("a provider", () => {
  it("works while every breaker is closed", () => {
    expect(healthOf(provider([breaker("outage", "closed")]))).toBe("working");
  });

  it("is paused before it is anything else, as that is what somebody decided", () => {
    const both = provider([breaker("outage"), breaker("pause")], false);
    expect([healthOf(both), isPaused(both), hindrancesOf(both).map(({ reason }) => reason)]).toEqual(["paused", true, ["pause", "outage"]]);
  });

  it("without a key is told to have none", () => {
    expect(healthOf(provider([], false))).toBe("noKey");
  });

  it("is tried out only when nothing but the trial stands in the way", () => {
    expect(healthOf(provider([breaker("outage", "half_open")]))).toBe("trying");
    expect(healthOf(provider([breaker("outage", "half_open"), breaker("access")]))).toBe("failing");
  });

  it("stopped by hand is not called failing", () => {
    expect(healthOf(provider([breaker("manual"), breaker("outage")]))).toBe("stopped");
  });
});
