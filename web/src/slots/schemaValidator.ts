/** Checks parameters against JSON Schema without `eval`, which the page's policy forbids. */
import { Validator, type OutputUnit, type Schema } from "@cfworker/json-schema";
import { toErrorSchema, type RJSFSchema, type RJSFValidationError, type ValidatorType } from "@rjsf/utils";

import type { FieldFault } from "../api/problem";

/** By the keyword that was not met, what the API calls it. */
const CODES: Record<string, FieldFault["code"]> = {
  required: "missing", false: "unknown_field", additionalProperties: "unknown_field", type: "wrong_type", minLength: "too_short", maxLength: "too_long",
  minItems: "list_too_short", maxItems: "list_too_long", minimum: "too_small", maximum: "too_large", exclusiveMinimum: "not_above", exclusiveMaximum: "not_below",
  multipleOf: "not_a_multiple", pattern: "wrong_form", enum: "not_allowed", const: "not_allowed",
};
const KINDS: Record<string, string> = {
  string: "text", integer: "whole_number", number: "number", boolean: "yes_or_no", array: "list", object: "object",
};

/** Say only that something inside was wrong, which is told by itself. */
const WRAPPERS = new Set(["properties", "items", "prefixItems", "anyOf", "allOf", "oneOf", "if", "$ref", "additionalProperties"]);
const made = new WeakMap<object, Validator>();

function validatorOf(schema: object): Validator {
  let validator = made.get(schema);
  if (!validator) {
    validator = new Validator(schema as Schema, "2020-12", false);
    made.set(schema, validator);
  }
  return validator;
}

/** Gives what is wrong with the parameters, each fault once, by JSON pointer from what they stand `within`. An unreadable schema finds nothing: the API checks again. */
export function paramFaults(schema: object, params: unknown, within = ""): FieldFault[] {
  let units: OutputUnit[];
  try {
    units = validatorOf(schema).validate(params).errors;
  } catch {
    return [];
  }
  const faults = units.filter(({ keyword }) => !WRAPPERS.has(keyword)).flatMap((unit) => faultsOf(unit, schema, params, within));
  return [...new Map(faults.map((fault) => [fault.pointer, fault])).values()];
}

function faultsOf({ keyword, keywordLocation, instanceLocation, error }: OutputUnit, schema: object, params: unknown, within: string): FieldFault[] {
  const pointer = instanceLocation.replace(/^#/, within);
  const bound = at(schema, keywordLocation);
  const code = CODES[keyword] ?? "other";
  if (code !== "missing" || !Array.isArray(bound)) return [{ pointer, code, detail: error, ...boundsOf(code, bound) }];
  const there = at(params, instanceLocation);
  const missing = bound.filter((name) => typeof there === "object" && there !== null && !Object.hasOwn(there, String(name)));
  return missing.map((name) => ({ pointer: `${pointer}/${escaped(String(name))}`, code, detail: error }));
}

function boundsOf(code: FieldFault["code"], bound: unknown): Partial<FieldFault> {
  if (code === "not_allowed") return { allowed: listed(bound).map(String) };
  if (code === "wrong_type") return { allowed: listed(bound).flatMap((kind) => KINDS[String(kind)] ?? []) };
  return typeof bound === "number" ? { limit: bound } : {};
}

function listed(bound: unknown): unknown[] {
  return (Array.isArray(bound) ? bound : [bound]).filter((one) => one !== null);
}

function at(value: unknown, location: string): unknown {
  const path = location.replace(/^#?\/?/, "").split("/").filter(Boolean).map(unescaped);
  return path.reduce<unknown>((inner, name) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[name] : undefined), value);
}

function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function unescaped(name: string): string {
  return decodeURI(name).replaceAll("~1", "/").replaceAll("~0", "~");
}

function formError({ pointer, code, detail }: FieldFault): RJSFValidationError {
  const property = pointer.split("/").slice(1).map((name) => `.${unescaped(name)}`).join("");
  return { name: code, message: detail, property, stack: `${pointer} ${detail}` };
}

/** What `@rjsf/core` asks: mostly which branch of an `if` holds. */
export const schemaValidator: ValidatorType<Record<string, unknown> | undefined> = {
  isValid: (schema: RJSFSchema, formData: unknown) => paramFaults(schema, formData ?? {}).length === 0,
  rawValidation: <Result>(schema: RJSFSchema, formData: unknown) => ({ errors: paramFaults(schema, formData ?? {}) as Result[] }),
  validateFormData: (formData: unknown, schema: RJSFSchema) => {
    const errors = paramFaults(schema, formData ?? {}).map(formError);
    return { errors, errorSchema: toErrorSchema(errors) };
  },
};
