/** Whether the form has a place beside which a fault can be shown. */
import { formSchema } from "../schemaForm";
import type { Draft } from "../draft";
import { operationOf, type Provider } from "./form";

const FIELDS = new Set([
  "/name", "/comment", "/ingest_password", "/sync_response_seconds", "/max_upload_bytes", "/max_in_flight", "/photos_per_minute", "/opens_at", "/closes_at", "/fallbacks",
  "/output/format", "/output/quality", "/output/max_side", "/provider", "/operation",
  "/limits/requests_per_minute", "/limits/requests_per_day", "/limits/images_per_minute", "/limits/concurrency", "/limits/money_per_day",
]);
const OF_A_ROUTE = /^(?:\/fallbacks\/(\d+))?\/(provider|operation|params\/([^/]+))$/;

export function hasPlace(pointer: string, draft: Draft, providers: readonly Provider[], isNew: boolean): boolean {
  if (FIELDS.has(pointer) || pointer === "/template_media" || pointer.startsWith("/template_media/")) return true;
  if (pointer === "/id") return isNew;
  const [found, place, , param] = OF_A_ROUTE.exec(pointer) ?? [];
  if (found === undefined) return false;
  const route = place === undefined ? draft : draft.fallbacks[Number(place)];
  if (!route || param === undefined) return route !== undefined;
  const schema = operationOf(providers, route.provider, route.operation)?.params_schema;
  return schema !== undefined && Object.hasOwn(formSchema(schema).properties ?? {}, param);
}
