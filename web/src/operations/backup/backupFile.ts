/** Backups on their way: files that may be large, so without the deadline of other requests. */
import { connection } from "../../api/connection";
import { Problem, problemOf } from "../../api/problem";
import type { Schemas } from "../../api/schema";
import { sessionEnded } from "../../session/ended";

export interface RestoreOptions {
  replace: boolean;
  other_secret_key: boolean;
  dry_run: boolean;
}

const TAR = "application/x-tar";

/** Fetches a fresh backup; its length is announced, so that one cut short fails. */
export async function fetchBackup(): Promise<{ blob: Blob; name: string }> {
  const response = await ask("/api/v1/backup", { method: "POST" });
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "photochanger.tar";
  try {
    return { blob: await response.blob(), name };
  } catch (error) {
    throw new Problem("offline", String(error));
  }
}

/** Has a backup checked, or put in force. */
export async function sendBackup(file: Blob, options: RestoreOptions): Promise<Schemas["Restored"]> {
  const query = new URLSearchParams(Object.entries(options).map(([name, value]) => [name, String(value)]));
  const response = await ask(`/api/v1/restore?${query.toString()}`, { method: "POST", body: file, headers: { "Content-Type": TAR } });
  return (await response.json()) as Schemas["Restored"];
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch((error: unknown) => {
    connection.lost();
    throw new Problem("offline", String(error));
  });
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.code === "unauthenticated") sessionEnded.tell(path);
  throw problem;
}
