/**
 * The way to the API: typed by its OpenAPI document, errors as `Problem`s.
 *
 * `api` asks once; `$api` gives TanStack Query's hooks: `$api.useQuery("get", "/api/v1/slots")`.
 */
import createFetchClient, { type Middleware } from "openapi-fetch";
import createQueryClient from "openapi-react-query";

import { connection } from "./connection";
import { Problem, problemOf } from "./problem";
import type { paths } from "./schema";
import { sessionEnded } from "../session/ended";

/** Longer than any answer of the API but those of test runs, which bring a signal of their own. */
const DEADLINE_MS = 20_000;

const throwing: Middleware = {
  async onResponse({ response, schemaPath }) {
    if (response.ok) return;
    const problem = await problemOf(response);
    if (problem.code === "unauthenticated") sessionEnded.tell(schemaPath);
    throw problem;
  },
  onError({ error }) {
    if (error instanceof Problem) return error;
    // a request that its page gave up says nothing of the connection
    if (error instanceof DOMException && error.name === "AbortError") return error;
    connection.lost();
    return new Problem("offline", error instanceof Error ? error.message : String(error));
  },
};

export const api = createFetchClient<paths>({ baseUrl: "/", fetch: withDeadline });
api.use(throwing);

export const $api = createQueryClient(api);

/**
 * Sends a form (a file, a test run) and gives the answer's body.
 *
 * @throws Problem like all requests.
 */
export async function sendForm(path: string, form: FormData, options: { signal?: AbortSignal; key?: string } = {}): Promise<Response> {
  const headers = new Headers();
  if (options.key) headers.set("Idempotency-Key", options.key);
  const response = await fetch(path, { method: "POST", body: form, headers, signal: options.signal ?? null }).catch((error: unknown) => {
    if (error instanceof DOMException) throw error;
    connection.lost();
    throw new Problem("offline", String(error));
  });
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.code === "unauthenticated") sessionEnded.tell(path);
  throw problem;
}

/** A key under which a creation is done once, however often it is sent. */
export function newIdempotencyKey(): string {
  // `randomUUID` is missing where a page came by plain HTTP.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function withDeadline(request: Request): Promise<Response> {
  return fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(DEADLINE_MS)]) });
}
