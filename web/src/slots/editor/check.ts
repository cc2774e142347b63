/** What is wrong with a draft, as far as the page can know, told as the API does. */
import type { FieldFault } from "../../api/problem";
import { ID_PATTERN, RANGES, type Draft } from "../draft";
import { formSchema } from "../schemaForm";
import { paramFaults } from "../schemaValidator";
import { operationOf, type Provider } from "./form";

type Range = { min?: number; max?: number };
type Bounds = Partial<Pick<FieldFault, "limit" | "allowed" | "subject">>;

export function ownFaults(draft: Draft, providers: readonly Provider[], isNew: boolean): FieldFault[] {
  return [...textFaults(draft, isNew), ...routeFaults(draft, providers), ...numberFaults(draft), ...timeFaults(draft)];
}

function found(pointer: string, code: FieldFault["code"], bounds: Bounds = {}): FieldFault {
  return { pointer, code, detail: "", ...bounds };
}

function textFaults({ name, id, ingest_password: password, comment }: Draft, isNew: boolean): FieldFault[] {
  return [
    ...(name.trim() ? lengthFaults("/name", name, RANGES.name) : [found("/name", "missing")]),
    ...(isNew && !ID_PATTERN.test(id) ? [found("/id", "wrong_form")] : []),
    ...lengthFaults("/comment", comment, RANGES.comment),
    ...(password ? lengthFaults("/ingest_password", password, RANGES.ingest_password) : []),
  ];
}

function lengthFaults(pointer: string, { length }: string, { min = 0, max = Infinity }: Range): FieldFault[] {
  if (length < min) return [found(pointer, "too_short", { limit: min })];
  return length > max ? [found(pointer, "too_long", { limit: max })] : [];
}

function routeFaults(draft: Draft, providers: readonly Provider[]): FieldFault[] {
  const routes = [{ at: "", ...draft }, ...draft.fallbacks.map((route, place) => ({ at: `/fallbacks/${place}`, ...route }))];
  const wrong = routes.flatMap(({ at, provider, operation, params }) => {
    const told = operationOf(providers, provider, operation);
    if (told) return paramFaults(formSchema(told.params_schema), params, `${at}/params`);
    const manifest = providers.find((one) => one.manifest.name === provider)?.manifest;
    return [found(`${at}/operation`, "unknown_operation", { subject: provider, allowed: Object.keys(manifest?.operations ?? {}) })];
  });
  const needed = routes.flatMap(({ provider, operation }) => operationOf(providers, provider, operation)?.template_roles ?? []).filter((role) => role.is_required);
  const missing = needed.filter(({ role }) => !draft.template_media.some((use) => use.role === role));
  return [...wrong, ...[...new Set(missing.map(({ role }) => role))].map((subject) => found("/template_media", "template_missing", { subject }))];
}

function numberFaults(draft: Draft): FieldFault[] {
  const checked: [string, number | null, Range, boolean][] = [
    ["/sync_response_seconds", draft.sync_response_seconds, RANGES.sync_response_seconds, false],
    ["/max_upload_bytes", draft.max_upload_bytes, RANGES.max_upload_bytes, true],
    ["/max_in_flight", draft.max_in_flight, RANGES.max_in_flight, true],
    ["/photos_per_minute", draft.photos_per_minute, RANGES.photos_per_minute, false],
    ["/output/quality", draft.output.quality, RANGES.quality, true],
    ["/output/max_side", draft.output.max_side, RANGES.max_side, false],
    ...Object.entries(draft.limits).map(([limit, value]): [string, number | null, Range, boolean] => [
      `/limits/${limit}`, value, limit === "money_per_day" ? RANGES.money : RANGES.limit, false,
    ]),
  ];
  return checked.flatMap(([pointer, value, range, isRequired]) => numberFault(pointer, value, range, isRequired));
}

function numberFault(pointer: string, value: number | null, { min = 0, max = Infinity }: Range, isRequired: boolean): FieldFault[] {
  if (value === null) return isRequired ? [found(pointer, "missing")] : [];
  if (value < min) return [found(pointer, "too_small", { limit: min })];
  return value > max ? [found(pointer, "too_large", { limit: max })] : [];
}

function timeFaults({ opens_at: opens, closes_at: closes }: Draft): FieldFault[] {
  return opens !== null && closes !== null && opens >= closes ? [found("/closes_at", "ends_before_start")] : [];
}
