import { describe, expect, it } from "vitest";

import type { Schemas } from "../api/schema";
import { switchOf } from "./providersNow";
import { findingsOf, percentile, type Seen } from "./trafficLight";

const NOW = Date.parse("2026-05-09T21:00:00Z");
const WINDOW_SECONDS = 40;

type Job = Schemas["JobSummary"];

function job(changes: Partial<Job> = {}, tookSeconds = 8): Job {
  const created = NOW - 60_000;
  return {
    id: "a", slot_id: "booth", slot_version: 2, status: "done", failure_reason: null, created_at: new Date(created).toISOString(),
    finalized_at: new Date(created + tookSeconds * 1_000).toISOString(), ...changes,
  } as Job;
}

const failed = (reason: Schemas["FailureReason"]) => job({ status: reason === "timeout" ? "timeout" : "failed", failure_reason: reason });
const times = (count: number, one: Job) => Array.from({ length: count }, () => one);

function provider(name: string, changes: Partial<Schemas["ProviderShown"]> = {}): Schemas["ProviderShown"] {
  return { manifest: { name, title: name }, has_key: true, breakers: [], ...changes } as unknown as Schemas["ProviderShown"];
}

const breaker = (state: Schemas["BreakerState"], reason: Schemas["BreakerReason"] = "outage") => ({ breakers: [{ state, reason }] as Schemas["BreakerShown"][] });
const TURBOTEXT = { provider: "turbotext", operation: "image_edit", params: { prompt: "oil" } } as const;

function slot(changes: Partial<Schemas["SlotShown"]> = {}): Schemas["SlotShown"] {
  const fields = { id: "booth", version: 2, state: "open", provider: "gemini", operation: "style_transfer", params: { prompt: "ink" }, fallbacks: [TURBOTEXT], sync_response_seconds: null };
  return { ...fields, ...changes } as unknown as Schemas["SlotShown"];
}

function seen(changes: Partial<Seen> = {}): Seen {
  return { jobs: [], slots: [slot()], providers: [provider("gemini"), provider("turbotext")], quotas: [], usualWindowSeconds: WINDOW_SECONDS, now: NOW, ...changes };
}

function quota(changes: Partial<Schemas["QuotaShown"]>): Schemas["QuotaShown"] {
  return { provider: "gemini", slot_id: null, limit: "requests_per_day", allowed: 100, left: 50, resets_at: "2026-05-10T07:00:00Z", lasts_until: null, ...changes } as Schemas["QuotaShown"];
}

const kinds = (changes: Partial<Seen>) => findingsOf(seen(changes)).map(({ light, kind }) => `${light} ${kind}`);

describe("the traffic light", () => {
  it("is green when photos come back, and when none come", () => {
    expect(kinds({ jobs: times(3, job()) })).toEqual(["green well"]);
    expect(kinds({})).toEqual(["green quiet"]);
  });

  it("is off when no slot is open", () => {
    expect(kinds({ slots: [slot({ state: "disabled" })] })).toEqual(["off closed"]);
  });

  it("is red when the last three photos did not come back, and says why most of them did not", () => {
    const jobs = [failed("timeout"), failed("bad_output"), failed("timeout"), ...times(7, job())];
    expect(findingsOf(seen({ jobs }))[0]).toMatchObject({ light: "red", kind: "notComing", slotId: "booth", reason: "timeout", count: 7, outOf: 10 });
  });

  it("is red when more than half of the last ten did not come back", () => {
    expect(kinds({ jobs: [job(), ...times(6, failed("provider_error")), ...times(3, job())] })).toEqual(["red notComing"]);
  });

  it("is yellow for a photo that has just failed, and green again after the next one", () => {
    expect(kinds({ jobs: [failed("timeout"), ...times(5, job())] })).toEqual(["yellow someFail"]);
    expect(kinds({ jobs: [job(), failed("timeout"), ...times(5, job())] })).toEqual(["green well"]);
  });

  it("is yellow when two of the last ten failed", () => {
    expect(kinds({ jobs: [job(), failed("timeout"), failed("timeout"), ...times(5, job())] })).toEqual(["yellow someFail"]);
  });

  it("is not for photos of an earlier version of the slot, cancelled ones and those of a closed slot", () => {
    const before = { ...failed("timeout"), slot_version: 1 };
    expect(kinds({ jobs: times(3, before) })[0]).toMatch(/^green/);
    expect(kinds({ jobs: times(3, job({ status: "cancelled", failure_reason: "cancelled" })) })).toEqual(["green quiet"]);
    expect(kinds({ jobs: times(3, failed("timeout")), slots: [slot({ state: "over" })] })).toEqual(["off closed"]);
  });

  it("is yellow for a slot whose photos usually take 40 % of its window", () => {
    const slow = job({}, 0.4 * WINDOW_SECONDS);
    expect(findingsOf(seen({ jobs: times(3, slow) }))[0]).toMatchObject({ light: "yellow", kind: "slow", provider: "gemini", usualMs: 16_000, windowMs: 40_000 });
    expect(kinds({ jobs: times(3, slow), slots: [slot({ sync_response_seconds: 60 })] })).toEqual(["green well"]);
    expect(kinds({ jobs: times(2, slow) })).toEqual(["green well"]);
  });

  it("is yellow when three guests' photos were refused, whatever the others did", () => {
    expect(kinds({ jobs: [...times(3, failed("provider_refused")), ...times(3, job())] })).toEqual(["yellow refused"]);
  });

  it("is yellow while a fallback serves, red when there is none", () => {
    const providers = [provider("gemini", breaker("open")), provider("turbotext")];
    expect(kinds({ providers })).toEqual(["yellow onFallback"]);
    expect(findingsOf(seen({ providers, slots: [slot({ fallbacks: [] })] }))[0]).toMatchObject({ light: "red", kind: "noProvider", shut: "outage" });
  });

  it.each([
    ["no key", provider("gemini", { has_key: false }), [], "noKey"],
    ["a pause", provider("gemini", breaker("open", "pause")), [], "pause"],
    ["a used-up day", provider("gemini"), [quota({ left: 0 })], "usedUp"],
  ])("knows that %s keeps a provider from being asked", (_, gemini, quotas, shut) => {
    expect(findingsOf(seen({ providers: [gemini], quotas, slots: [slot({ fallbacks: [] })] }))[0]).toMatchObject({ kind: "noProvider", shut });
  });

  it("is yellow while a breaker is half open", () => {
    expect(kinds({ providers: [provider("gemini", breaker("half_open")), provider("turbotext")] })).toEqual(["yellow trying"]);
  });

  it("is yellow for a day's quota that is nearly out or ends within two hours, not for a rate", () => {
    expect(kinds({ quotas: [quota({ left: 10 })] })).toEqual(["yellow quotaLow"]);
    expect(kinds({ quotas: [quota({ lasts_until: "2026-05-09T22:30:00Z" })] })).toEqual(["yellow quotaLow"]);
    expect(kinds({ quotas: [quota({ lasts_until: "2026-05-10T02:30:00Z" })] })).toEqual(["green quiet"]);
    expect(kinds({ quotas: [quota({ limit: "requests_per_minute", left: 0, resets_at: null })] })).toEqual(["green quiet"]);
  });

  it("tells the worst first", () => {
    const two = [slot({ id: "fine" }), slot()];
    expect(kinds({ slots: two, jobs: times(3, failed("timeout")), quotas: [quota({ left: 1 })] })).toEqual(["red notComing", "yellow quotaLow"]);
  });
});

describe("a percentile", () => {
  it("is a value that was there", () => {
    expect([percentile([4, 1, 3, 2], 0.5), percentile([4, 1, 3, 2], 0.95), percentile([], 0.5)]).toEqual([2, 4, null]);
  });
});

describe("the switch to a fallback", () => {
  it("puts it in front and the provider of now behind it", () => {
    const further = { ...TURBOTEXT, provider: "openai" };
    expect(switchOf(slot({ fallbacks: [TURBOTEXT, further] }), seen())).toEqual({
      to: "turbotext",
      change: { ...TURBOTEXT, fallbacks: [{ provider: "gemini", operation: "style_transfer", params: { prompt: "ink" } }, further] },
    });
  });

  it("passes by those that are not asked or are the same provider", () => {
    const same = { ...TURBOTEXT, provider: "gemini" };
    const known = seen({ providers: [provider("turbotext", { has_key: false }), provider("openai")] });
    const further = { ...TURBOTEXT, provider: "openai" };
    const found = switchOf(slot({ fallbacks: [same, TURBOTEXT, further] }), known);
    expect(found?.change.fallbacks?.map((route) => route.provider)).toEqual(["gemini", "gemini", "turbotext"]);
    expect(found?.to).toBe("openai");
    expect(switchOf(slot({ fallbacks: [] }), known)).toBeNull();
  });
});
