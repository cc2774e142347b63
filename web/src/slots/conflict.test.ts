import { describe, expect, it } from "vitest";

import type { Side } from "../ui/conflict";
import { merged, slotDifferences } from "./conflict";
import { draftOf, newDraft, routeDraft, settingsOf, type Draft, type Slot } from "./draft";

const base: Draft = { ...newDraft("gemini", "style_transfer"), id: "evening", name: "Evening", params: { prompt: "oil", seed: 1 } };

function slotOf(draft: Draft): Slot {
  return {
    ...settingsOf(draft), id: draft.id, params: draft.params, fallbacks: [], has_own_password: false, version: 2, created_at: null, updated_at: null, author: "kim", comment: "",
    state: "open", ingest_url: "", sync_response_seconds: draft.sync_response_seconds,
    client_settings: { url: "", file_field: "", password_field: "", timeout_seconds: 1, max_image_bytes: 1, max_image_side_pixels: 1 },
  };
}

const mine: Draft = { ...base, name: "Mine", params: { prompt: "oil", seed: 1, model: "pro" }, ingest_password: "new password", comment: "why" };
const theirs = slotOf({ ...base, name: "Theirs", max_in_flight: 5, params: { prompt: "ink" } });

describe("two administrators on one slot", () => {
  it("see each field that differs, with their own changes suggested and the other's taken over", () => {
    expect(slotDifferences(base, mine, theirs)).toEqual([
      { field: "name", mine: "Mine", theirs: "Theirs", suggested: "mine" },
      { field: "max_in_flight", mine: 32, theirs: 5, suggested: "theirs" },
      { field: "params.prompt", mine: "oil", theirs: "ink", suggested: "theirs" },
      { field: "params.seed", mine: 1, theirs: undefined, suggested: "theirs" },
      { field: "params.model", mine: "pro", theirs: undefined, suggested: "mine" },
    ]);
  });

  it("get what they choose, member by member", () => {
    const choices = new Map<string, Side>(slotDifferences(base, mine, theirs).map(({ field, suggested }) => [field, suggested]));

    expect(merged(mine, theirs, choices)).toMatchObject({
      name: "Mine", max_in_flight: 5, params: { prompt: "ink", model: "pro" }, ingest_password: "new password", comment: "why",
    });
    expect(merged(mine, theirs, new Map([...choices.keys()].map((field) => [field, "theirs"])))).toMatchObject({ name: "Theirs", params: { prompt: "ink" } });
    expect(merged(mine, theirs, new Map([["params.seed", "mine"]])).params).toEqual({ prompt: "ink", seed: 1 });
  });

  it("have nothing to decide about the keys that a form needs, or the order of members", () => {
    const route = { provider: "turbotext", operation: "image_edit" as const, params: { prompt: "a", seed: 2 } };
    const here = { ...base, fallbacks: [routeDraft(route)] };
    const there = { ...slotOf(base), fallbacks: [{ ...route, params: { seed: 2, prompt: "a" } }] };

    expect(slotDifferences(base, here, there)).toEqual([]);
    expect(draftOf(there).fallbacks[0]?.key).not.toBe(here.fallbacks[0]?.key);
  });
});
