import { describe, expect, it } from "vitest";

import document from "../../../docs/api/openapi.json";
import { ALL_FIELDS, changesOf, isValid, shown, type Settings } from "./fields";

const stored: Settings = {
  sync_response_seconds: 48, result_retention_hours: 72, answer_reserve_seconds: 0.5, inline_result_max_bytes: 16_384, photos_per_minute_per_address: 600,
  max_waiting_requests: 1_000, max_receiving_bytes: 134_217_728, version: 7, is_ingest_password_set: true, old_ingest_passwords_until: [],
};
const field = (name: string) => {
  const found = ALL_FIELDS.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};

describe("the settings", () => {
  it("are all those of the API, with its bounds and defaults", () => {
    const documented = Object.entries(document.components.schemas.SettingsChange.properties);
    const theirs = documented.map(([name, { minimum, maximum, default: standard }]) => ({ name, min: minimum, max: maximum, standard }));
    const ours = ALL_FIELDS.map(({ name, min, max, standard }) => ({ name, min, max, standard }));
    const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
    expect(ours.toSorted(byName)).toEqual(theirs.toSorted(byName));
  });

  it("are shown in units that people use and sent in those of the API", () => {
    expect(shown(field("max_receiving_bytes"), 134_217_728)).toBe(128);
    expect(changesOf({ max_receiving_bytes: 256 }, stored)).toEqual({ max_receiving_bytes: 268_435_456 });
  });

  it("are sent only where they differ from what is stored", () => {
    expect(changesOf({ sync_response_seconds: 50, result_retention_hours: 72 }, stored)).toEqual({ sync_response_seconds: 50 });
  });

  it.each([["9.9", 9.9, false], ["10", 10, true], ["60", 60, true], ["60.1", 60.1, false], ["nothing", "", false]])("take %s seconds to answer or not", (_, typed, isFine) => {
    expect(isValid(field("sync_response_seconds"), typed)).toBe(isFine);
  });
});
