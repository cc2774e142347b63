/** The settings of a slot as they stand in the form, and what of them is sent. */
import type { Schemas } from "../api/schema";

export type Slot = Schemas["SlotShown"];
export type Operation = Schemas["Operation"];
export type Params = NonNullable<Schemas["Route"]["params"]>;
export type TemplateUse = Schemas["TemplateUse"];
type Settings = Required<Omit<Schemas["TrialSlot"], "id">>;

/** A provider to ask when those before it failed; `key` tells two of them apart while they are moved. */
export interface RouteDraft {
  key: string;
  provider: string;
  operation: Operation;
  params: Params;
}

/** Numbers are null where their field is empty; times are ISO texts in UTC. */
export interface Draft {
  id: string;
  name: string;
  provider: string;
  operation: Operation;
  params: Params;
  template_media: readonly TemplateUse[];
  fallbacks: readonly RouteDraft[];
  sync_response_seconds: number | null;
  max_upload_bytes: number | null;
  max_in_flight: number | null;
  photos_per_minute: number | null;
  refuse_without_time: boolean;
  limits: Required<Schemas["ProviderLimits"]>;
  output: { format: Schemas["OutputFormat"]; quality: number | null; max_side: number | null };
  is_active: boolean;
  opens_at: string | null;
  closes_at: string | null;
  /** Undefined: as it is; null: the slot's own password is removed. */
  ingest_password: string | null | undefined;
  /** What the author says of this version. */
  comment: string;
}

/** What the API takes for a slot's own fields (docs/api/openapi.json; `draft.test.ts` compares). */
export const RANGES = {
  name: { max: 120 },
  comment: { max: 500 },
  ingest_password: { min: 8, max: 128 },
  sync_response_seconds: { min: 10, max: 60 },
  max_upload_bytes: { min: 1, max: 50_000_000 },
  max_in_flight: { min: 1, max: 1_000 },
  photos_per_minute: { min: 1, max: 1_000_000 },
  limit: { min: 1, max: 1_000_000 },
  money: { min: 1, max: 10 ** 15 },
  quality: { min: 1, max: 95 },
  max_side: { min: 64, max: 12_000 },
  fallbacks: { max: 5 },
  template_media: { max: 20 },
} as const;

export const ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

const DEFAULTS = { max_upload_bytes: 15_000_000, max_in_flight: 32, quality: 90 };
const NO_LIMITS: Draft["limits"] = { requests_per_minute: null, requests_per_day: null, images_per_minute: null, concurrency: null, money_per_day: null };

let keys = 0;

export function routeDraft(route: { provider: string; operation: Operation; params?: unknown }): RouteDraft {
  keys += 1;
  return { key: `route-${keys}`, provider: route.provider, operation: route.operation, params: (route.params ?? {}) as Params };
}

/** A slot that is not created yet. */
export function newDraft(provider: string, operation: Operation): Draft {
  return {
    id: "", name: "", provider, operation, params: {}, template_media: [], fallbacks: [],
    sync_response_seconds: null, max_upload_bytes: DEFAULTS.max_upload_bytes, max_in_flight: DEFAULTS.max_in_flight, photos_per_minute: null,
    refuse_without_time: false, limits: NO_LIMITS, output: { format: "auto", quality: DEFAULTS.quality, max_side: null },
    is_active: true, opens_at: null, closes_at: null, ingest_password: undefined, comment: "",
  };
}

export function draftOf(slot: Slot): Draft {
  return {
    id: slot.id, name: slot.name, provider: slot.provider, operation: slot.operation, params: (slot.params ?? {}) as Params,
    template_media: slot.template_media, fallbacks: slot.fallbacks.map(routeDraft),
    sync_response_seconds: slot.sync_response_seconds, max_upload_bytes: slot.max_upload_bytes, max_in_flight: slot.max_in_flight,
    photos_per_minute: slot.photos_per_minute, refuse_without_time: slot.refuse_without_time, limits: { ...NO_LIMITS, ...slot.limits },
    output: { format: slot.output.format ?? "auto", quality: slot.output.quality ?? DEFAULTS.quality, max_side: slot.output.max_side ?? null },
    is_active: slot.is_active, opens_at: instant(slot.opens_at), closes_at: instant(slot.closes_at), ingest_password: undefined, comment: "",
  };
}

/** The settings as a test run or a creation takes them; an empty number that may not be empty is left at its default. */
export function settingsOf(draft: Draft): Settings {
  const { id: _id, ingest_password: _password, comment: _comment, ...settings } = draft;
  return {
    ...settings,
    template_media: [...draft.template_media],
    fallbacks: draft.fallbacks.map(({ key: _key, ...route }) => route),
    max_upload_bytes: draft.max_upload_bytes ?? DEFAULTS.max_upload_bytes,
    max_in_flight: draft.max_in_flight ?? DEFAULTS.max_in_flight,
    output: { ...draft.output, quality: draft.output.quality ?? DEFAULTS.quality },
  };
}

/** The unsaved settings for a test run, which needs neither name nor id. */
export function trialSettings(draft: Draft): Schemas["TrialSlot"] {
  return { ...settingsOf(draft), id: ID_PATTERN.test(draft.id) ? draft.id : "test-run", name: draft.name || "Test run" };
}

export function creationOf(draft: Draft): Schemas["SlotCreation"] {
  return { ...settingsOf(draft), id: draft.id, ingest_password: draft.ingest_password ?? null, comment: draft.comment };
}

/** The fields that differ from `base`, each whole, with the comment if there are any. */
export function changesOf(draft: Draft, base: Draft): Partial<Schemas["SlotChange"]> {
  const [mine, before] = [settingsOf(draft), settingsOf(base)];
  const changed = Object.entries(mine).filter(([field, value]) => !isSame(value, before[field as keyof Settings]));
  const changes: Partial<Schemas["SlotChange"]> = Object.fromEntries(changed);
  if (draft.ingest_password !== undefined) changes.ingest_password = draft.ingest_password;
  if (draft.comment && Object.keys(changes).length > 0) changes.comment = draft.comment;
  return changes;
}

export function isChanged(draft: Draft, base: Draft): boolean {
  const plain = ({ fallbacks, comment: _comment, ...rest }: Draft) => ({ ...rest, fallbacks: fallbacks.map(({ key: _key, ...route }) => route) });
  return !isSame(plain(draft), plain(base));
}

/** Says whether two JSON values are the same, whatever the order of their members. */
export function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** Without what an empty field leaves behind. */
export function withoutEmpty(params: Record<string, unknown>): Params {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined && value !== null)) as Params;
}

function instant(iso: string | null): string | null {
  return iso === null ? null : new Date(iso).toISOString();
}
