/** A slot read and changed, each change on the version that was read. */
import { api } from "../api/client";
import { Problem } from "../api/problem";
import type { Schemas } from "../api/schema";

type Slot = Schemas["SlotShown"];
type Change = Partial<Schemas["SlotChange"]>;

/** What was there before may go on: a provider that has lost its key must not stop the switch away from it. */
const SAVE = { ignore_warnings: true };

export async function read(id: string): Promise<{ slot: Slot; etag: string }> {
  const { data, response } = await api.GET("/api/v1/slots/{id}", { params: { path: { id } } });
  if (!data) throw new Problem("unreadable_answer", `HTTP ${response.status}`);
  return { slot: data, etag: etagOf(response) };
}

/** Changes the slot and gives the ETag of its new version. */
export async function changed(id: string, etag: string, change: Change): Promise<string> {
  const params = { path: { id }, query: SAVE, header: { "If-Match": etag } };
  const { response } = await api.PATCH("/api/v1/slots/{id}", { params, body: change as Schemas["SlotChange"] });
  return etagOf(response);
}

export async function rolledBack(id: string, etag: string, version: number): Promise<void> {
  const params = { path: { id, number: String(version) }, query: SAVE, header: { "If-Match": etag } };
  await api.POST("/api/v1/slots/{id}/revisions/{number}/rollback", { params, body: { comment: "" } });
}

function etagOf(response: Response): string {
  return response.headers.get("ETag") ?? "";
}
