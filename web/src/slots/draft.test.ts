import { describe, expect, it } from "vitest";

import document from "../../../docs/api/openapi.json";
import { changesOf, creationOf, isChanged, newDraft, RANGES, routeDraft, trialSettings, withoutEmpty, type Draft } from "./draft";

const base: Draft = { ...newDraft("gemini", "style_transfer"), id: "evening", name: "Evening", params: { prompt: "oil", seed: 1 } };

describe("what of a draft is sent", () => {
  it("is only what changed, each field whole", () => {
    const draft = { ...base, name: "Night", params: { seed: 1, prompt: "ink" }, comment: "darker" };

    expect(changesOf(draft, base)).toEqual({ name: "Night", params: { seed: 1, prompt: "ink" }, comment: "darker" });
  });

  it("is nothing when members stand in another order only, or only the comment was typed", () => {
    const draft = { ...base, params: { seed: 1, prompt: "oil" }, comment: "same" };

    expect(changesOf(draft, base)).toEqual({});
    expect(isChanged(draft, base)).toBe(false);
  });

  it("has no keys of ours, and the password only if it was touched", () => {
    const draft = { ...base, fallbacks: [routeDraft({ provider: "turbotext", operation: "image_edit", params: { prompt: "oil" } })], ingest_password: null };

    expect(changesOf(draft, base)).toEqual({ fallbacks: [{ provider: "turbotext", operation: "image_edit", params: { prompt: "oil" } }], ingest_password: null });
    expect("ingest_password" in changesOf({ ...base, name: "Night" }, base)).toBe(false);
  });

  it("counts an emptied number as a change, and an order of fallbacks", () => {
    const [one, two] = [routeDraft({ provider: "a", operation: "image_edit" }), routeDraft({ provider: "b", operation: "image_edit" })];

    expect(isChanged({ ...base, max_in_flight: null }, base)).toBe(true);
    expect(isChanged({ ...base, fallbacks: [one, two] }, { ...base, fallbacks: [two, one] })).toBe(true);
  });

  it("can be tried without a name and an id, and created with both", () => {
    expect(trialSettings({ ...base, id: "", name: "" })).toMatchObject({ id: "test-run", name: "Test run", params: base.params });
    expect(creationOf(base)).toMatchObject({ id: "evening", name: "Evening", ingest_password: null, max_in_flight: 32 });
  });

  it("has no empty parameters", () => {
    expect(withoutEmpty({ prompt: "oil", seed: undefined, ratio: null, face: false, n: 0 })).toEqual({ prompt: "oil", face: false, n: 0 });
  });
});

describe("the ranges in the form", () => {
  const { SlotCreation, ProviderLimits, Output } = document.components.schemas;
  const of = (property: object): { min?: number | undefined; max?: number | undefined } => {
    const found = property as Record<string, number | undefined> & { anyOf?: Record<string, number>[] };
    const bounds = found.anyOf?.[0] ?? found;
    return { min: bounds["minimum"] ?? bounds["minLength"], max: bounds["maximum"] ?? bounds["maxLength"] ?? bounds["maxItems"] };
  };

  it.each(["sync_response_seconds", "max_upload_bytes", "max_in_flight", "photos_per_minute", "ingest_password"] as const)("of %s are the API's", (field) => {
    expect(of(SlotCreation.properties[field])).toEqual(RANGES[field]);
  });

  it("of the others are the API's, too", () => {
    expect(of(SlotCreation.properties.name).max).toBe(RANGES.name.max);
    expect(of(SlotCreation.properties.comment).max).toBe(RANGES.comment.max);
    expect(of(SlotCreation.properties.fallbacks).max).toBe(RANGES.fallbacks.max);
    expect(of(SlotCreation.properties.template_media).max).toBe(RANGES.template_media.max);
    expect(of(ProviderLimits.properties.requests_per_day)).toEqual(RANGES.limit);
    expect(of(ProviderLimits.properties.money_per_day)).toEqual(RANGES.money);
    expect(of(Output.properties.quality)).toEqual(RANGES.quality);
    expect(of(Output.properties.max_side)).toEqual(RANGES.max_side);
  });
});
