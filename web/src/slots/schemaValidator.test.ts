import { describe, expect, it } from "vitest";

import { formLook, formSchema } from "./schemaForm";
import { paramFaults, schemaValidator } from "./schemaValidator";

/** As a provider's manifest has it: made by pydantic, with the limits of one model added. */
const MANIFEST = {
  title: "GeminiParams",
  description: "Parameters of every operation.",
  type: "object",
  additionalProperties: false,
  required: ["prompt"],
  $defs: { Safety: { title: "Safety", description: "Of the code.", enum: ["BLOCK_NONE", "OFF"], type: "string" } },
  properties: {
    prompt: { title: "Prompt", description: "What to make of the photo.", type: "string", minLength: 1, maxLength: 16_000 },
    model: { title: "Model", default: "flash", examples: ["flash", "pro"], type: "string", pattern: "^(models/)?[a-z0-9][a-z0-9.-]{0,99}$" },
    image_size: { title: "Image size", default: null, anyOf: [{ enum: ["1K", "4K"], type: "string" }, { type: "null" }] },
    seed: { title: "Seed", default: null, anyOf: [{ type: "integer", minimum: 0, maximum: 9 }, { type: "null" }] },
    safety: { title: "Safety", default: null, anyOf: [{ $ref: "#/$defs/Safety" }, { type: "null" }] },
  },
  allOf: [JSON.parse('{"if": {"properties": {"model": {"enum": ["flash"]}}}, "then": {"properties": {"image_size": {"enum": ["1K", null]}}}}') as object],
};
const schema = formSchema(MANIFEST);

describe("the schema of a form", () => {
  it("follows references, drops null and defaults, and keeps what is asked for", () => {
    expect(schema.properties).toMatchObject({
      image_size: { title: "Image size", enum: ["1K", "4K"], type: "string" },
      safety: { title: "Safety", enum: ["BLOCK_NONE", "OFF"], type: "string" },
    });
    expect(JSON.stringify(schema)).not.toMatch(/null|default|\$ref|anyOf|GeminiParams|Of the code/);
    expect(schema.required).toEqual(["prompt"]);
  });

  it("keeps a property that is named like a keyword", () => {
    expect(formSchema({ properties: { default: { type: "string", default: "x" } } }).properties).toEqual({ default: { type: "string" } });
  });

  it("looks as its fields are: long texts, numbers, suggestions, the default as placeholder", () => {
    const look = formLook(MANIFEST, (text) => `<${text}>`, ["pro", "ultra"]);
    expect(look["prompt"]).toMatchObject({ "ui:title": "<Prompt>", "ui:description": "<What to make of the photo.>", "ui:widget": "textarea" });
    expect(look["model"]).toMatchObject({ "ui:widget": "text", "ui:placeholder": "flash", "ui:options": { suggestions: ["flash", "pro", "ultra"] } });
    expect(look["seed"]).toMatchObject({ "ui:widget": "updown" });
    expect(look["image_size"]?.["ui:widget"]).toBeUndefined();
  });
});

describe("parameters", () => {
  it("that are right have no faults", () => {
    expect(paramFaults(schema, { prompt: "oil", seed: 3, safety: "OFF" })).toEqual([]);
  });

  it.each([
    [{}, "/prompt", "missing", {}],
    [{ prompt: "" }, "/prompt", "too_short", { limit: 1 }],
    [{ prompt: "oil", seed: 10 }, "/seed", "too_large", { limit: 9 }],
    [{ prompt: "oil", seed: 1.5 }, "/seed", "wrong_type", { allowed: ["whole_number"] }],
    [{ prompt: "oil", model: "Ä" }, "/model", "wrong_form", {}],
    [{ prompt: "oil", safety: "maybe" }, "/safety", "not_allowed", { allowed: ["BLOCK_NONE", "OFF"] }],
    [{ prompt: "oil", hue: 1 }, "/hue", "unknown_field", {}],
  ])("%j are wrong at %s", (params, pointer, code, bounds) => {
    const [{ detail: _words, ...fault } = { detail: "" }, ...others] = paramFaults(schema, params);

    expect(fault).toEqual({ pointer, code, ...bounds });
    expect(others).toEqual([]);
  });

  it("are checked by what the chosen model takes", () => {
    expect(paramFaults(schema, { prompt: "oil", image_size: "4K" })).toMatchObject([{ pointer: "/image_size", code: "not_allowed", allowed: ["1K"] }]);
    expect(paramFaults(schema, { prompt: "oil", image_size: "4K", model: "pro" })).toEqual([]);
  });

  it("are told field by field to the form", () => {
    const { errors, errorSchema } = schemaValidator.validateFormData({ seed: 10 }, schema);
    expect(errors).toHaveLength(2);
    expect(errorSchema).toMatchObject({ seed: { __errors: [expect.stringContaining("9")] }, prompt: { __errors: [expect.any(String)] } });
    expect(schemaValidator.isValid({ properties: { seed: { enum: [10] } } }, { seed: 10 }, schema)).toBe(true);
    expect(schemaValidator.isValid({ properties: { seed: { enum: [9] } } }, { seed: 10 }, schema)).toBe(false);
  });

  it("pass a schema that cannot be read: the API checks again", () => {
    expect(paramFaults({ properties: { prompt: { pattern: "(" } } }, { prompt: "oil" })).toEqual([]);
  });
});
