/** What differs between two sets of settings, in the terms in which the API tells what differs between revisions. */
import type { Schemas } from "../../api/schema";

export type FieldChange = Schemas["FieldChange"];
export type Json = Schemas["JsonValue"];

type Members = { [name: string]: Json };

/** Gives every field that differs, by its JSON pointer; objects and lists are gone through to their leaves. */
export function changesBetween(before: Json, after: Json, path = ""): FieldChange[] {
  const [old, young] = [members(before), members(after)];
  if (!old || !young || Array.isArray(before) !== Array.isArray(after)) {
    return before === after ? [] : [change(path, "changed", before, after)];
  }
  const names = [...new Set([...Object.keys(old), ...Object.keys(young)])];
  return names.flatMap((name) => {
    const pointer = `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const [was, is] = [old[name], young[name]];
    if (is === undefined) return was === undefined ? [] : [change(pointer, "removed", was, null)];
    if (was === undefined) return [change(pointer, "added", null, is)];
    return changesBetween(was, is, pointer);
  });
}

function members(value: Json): Members | null {
  if (Array.isArray(value)) return Object.fromEntries(value.map((item, place) => [String(place), item as Json]));
  return typeof value === "object" && value !== null ? (value as Members) : null;
}

function change(pointer: string, kind: FieldChange["kind"], before: Json, after: Json): FieldChange {
  return { pointer, kind, before, after, is_secret: false };
}
