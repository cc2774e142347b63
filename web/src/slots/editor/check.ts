/** What is wrong with a draft, as far as the page can know: in words of the chosen language, each by its field. */
import type { TFunction } from "i18next";

import type { FieldFault } from "../../api/problem";
import { ID_PATTERN, RANGES, type Draft, type Params } from "../draft";
import { formSchema } from "../schemaForm";
import { paramFaults } from "../schemaValidator";
import { operationOf, type Provider } from "./form";

type Range = { min?: number; max?: number };

export function ownFaults(draft: Draft, providers: readonly Provider[], isNew: boolean, t: TFunction): FieldFault[] {
  return [...nameFaults(draft, isNew, t), ...routeFaults(draft, providers, t), ...numberFaults(draft, t), ...timeFaults(draft, t)];
}

function nameFaults({ name, id, ingest_password: password, comment }: Draft, isNew: boolean, t: TFunction): FieldFault[] {
  const faults: FieldFault[] = [];
  if (!name.trim()) faults.push({ pointer: "/name", detail: t("slots:fault.required") });
  else if (name.length > RANGES.name.max) faults.push({ pointer: "/name", detail: t("slots:fault.maxLength", { limit: RANGES.name.max }) });
  if (isNew && !ID_PATTERN.test(id)) faults.push({ pointer: "/id", detail: t("slots:fault.id") });
  if (comment.length > RANGES.comment.max) faults.push({ pointer: "/comment", detail: t("slots:fault.maxLength", { limit: RANGES.comment.max }) });
  const { min, max } = RANGES.ingest_password;
  if (password && (password.length < min || password.length > max)) faults.push({ pointer: "/ingest_password", detail: t("slots:fault.length", { min, max }) });
  return faults;
}

function routeFaults(draft: Draft, providers: readonly Provider[], t: TFunction): FieldFault[] {
  const routes = [{ at: "", ...draft }, ...draft.fallbacks.map((route, place) => ({ at: `/fallbacks/${place}`, ...route }))];
  const wrong = routes.flatMap(({ at, provider, operation, params }) => {
    const manifest = operationOf(providers, provider, operation);
    if (!manifest) return [{ pointer: `${at}/operation`, detail: t("slots:fault.operation") }];
    return wordedParamFaults(manifest.params_schema, params, t).map(({ pointer, detail }) => ({ pointer: `${at}/params${pointer}`, detail }));
  });
  const needed = routes.flatMap(({ provider, operation }) => operationOf(providers, provider, operation)?.template_roles ?? []).filter((role) => role.is_required);
  const missing = needed.filter(({ role }) => !draft.template_media.some((use) => use.role === role));
  const named = [...new Set(missing.map(({ role }) => role))].map((role) => ({
    pointer: "/template_media", detail: t("slots:fault.template", { role: t(`templates:role.${role}`, { defaultValue: role }) }),
  }));
  return [...wrong, ...named];
}

const WORDED = new Set(["required", "minLength", "maxLength", "minimum", "maximum", "pattern", "enum", "type", "false"]);

function wordedParamFaults(schema: object, params: Params, t: TFunction): FieldFault[] {
  return paramFaults(formSchema(schema as Record<string, unknown>), params).map(({ pointer, keyword, limit, detail }) => {
    const shown = Array.isArray(limit) ? limit.join(", ") : String(limit);
    return { pointer, detail: WORDED.has(keyword) ? t(`slots:fault.${keyword}`, { limit: shown }) : detail };
  });
}

function numberFaults(draft: Draft, t: TFunction): FieldFault[] {
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
  return checked.flatMap(([pointer, value, range, isRequired]) => {
    const detail = numberFault(value, range, isRequired, t);
    return detail === null ? [] : [{ pointer, detail }];
  });
}

function numberFault(value: number | null, { min = 0, max = Infinity }: Range, isRequired: boolean, t: TFunction): string | null {
  if (value === null) return isRequired ? t("slots:fault.required") : null;
  if (value < min) return t("slots:fault.tooSmall");
  return value > max ? t("slots:fault.tooLarge") : null;
}

function timeFaults({ opens_at: opens, closes_at: closes }: Draft, t: TFunction): FieldFault[] {
  return opens !== null && closes !== null && opens >= closes ? [{ pointer: "/closes_at", detail: t("slots:fault.closes") }] : [];
}
