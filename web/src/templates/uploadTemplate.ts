/** Uploads a template picture. By XMLHttpRequest, because `fetch` does not tell how much has been sent. */
import { connection } from "../api/connection";
import { newIdempotencyKey } from "../api/client";
import { Problem, problemOf } from "../api/problem";
import type { Schemas } from "../api/schema";
import { sessionEnded } from "../session/ended";

const PATH = "/api/v1/template-media";
/** The server gives an upload 60 s and its check 30 s. */
const DEADLINE_MS = 100_000;
export const MAX_BYTES = 50_000_000;
export const ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif";

export type Template = Schemas["TemplateShown"];

/**
 * Sends the file; `onProgress` is told the share that has been sent, 0 to 1.
 *
 * @throws Problem; nothing is thrown or given once `signal` says that nobody waits any more.
 */
export function uploadTemplate(file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<Template> {
  const form = new FormData();
  form.append("file", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", PATH);
    request.timeout = DEADLINE_MS;
    request.setRequestHeader("Idempotency-Key", newIdempotencyKey());
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    const lost = () => {
      connection.lost();
      reject(new Problem("offline", "the upload was cut short"));
    };
    request.addEventListener("error", lost);
    request.addEventListener("timeout", lost);
    request.addEventListener("load", () => void answered(request).then(resolve, reject));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

async function answered(request: XMLHttpRequest): Promise<Template> {
  if (request.status === 201) return JSON.parse(request.responseText) as Template;
  const headers = { "Content-Type": request.getResponseHeader("Content-Type") ?? "" };
  const problem = await problemOf(new Response(request.responseText, { status: request.status, headers }));
  if (problem.code === "unauthenticated") sessionEnded.tell(PATH);
  throw problem;
}
