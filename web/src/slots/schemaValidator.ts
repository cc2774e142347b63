/** Checks parameters against JSON Schema without `eval`, which the page's policy forbids. */
import { Validator, type OutputUnit, type Schema } from "@cfworker/json-schema";
import { toErrorSchema, type RJSFSchema, type RJSFValidationError, type ValidatorType } from "@rjsf/utils";

import type { FieldFault } from "../api/problem";

export interface ParamFault extends FieldFault {
  /** The keyword that was not met: "required", "maximum", … */
  keyword: string;
  /** What the keyword says: the maximum, the list. */
  limit: unknown;
}

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

/** Gives what is wrong with the parameters, each fault once, by JSON pointer. An unreadable schema finds nothing: the API checks again. */
export function paramFaults(schema: object, params: unknown): ParamFault[] {
  let units: OutputUnit[];
  try {
    units = validatorOf(schema).validate(params).errors;
  } catch {
    return [];
  }
  const faults = units.filter(({ keyword }) => !WRAPPERS.has(keyword)).flatMap((unit) => faultsOf(unit, schema, params));
  return [...new Map(faults.map((fault) => [fault.pointer, fault])).values()];
}

function faultsOf({ keyword, keywordLocation, instanceLocation, error }: OutputUnit, schema: object, params: unknown): ParamFault[] {
  const pointer = instanceLocation.replace(/^#/, "");
  const limit = at(schema, keywordLocation);
  if (keyword !== "required" || !Array.isArray(limit)) return [{ pointer, keyword, limit, detail: error }];
  const there = at(params, instanceLocation);
  const missing = limit.filter((name) => typeof there === "object" && there !== null && !Object.hasOwn(there, String(name)));
  return missing.map((name) => ({ pointer: `${pointer}/${escaped(String(name))}`, keyword, limit: null, detail: error }));
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

function formError({ pointer, keyword, detail }: ParamFault): RJSFValidationError {
  const property = pointer.split("/").slice(1).map((name) => `.${unescaped(name)}`).join("");
  return { name: keyword, message: detail, property, stack: `${pointer} ${detail}` };
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
