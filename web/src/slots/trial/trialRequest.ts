/** What a test run asks of the API. */
import { api, sendForm } from "../../api/client";
import type { Schemas } from "../../api/schema";
import type { Json } from "../changes/changesBetween";
import type { Photo } from "./photo";

export type TrialReport = Schemas["TrialReport"];

/** A slot's settings as they stand in the editor, saved or not; what else is in the object is left out. */
export interface TrialSettings {
  provider: string;
  operation: string;
  sync_response_seconds?: number | null | undefined;
}

/** Under which name test runs of a slot without an id appear. */
const NAMELESS = "test-run";
/** Neither the event's times nor whether the slot is switched on bind a test run. */
const FIELDS = [
  "name", "provider", "operation", "params", "template_media", "fallbacks", "sync_response_seconds", "max_upload_bytes", "max_in_flight", "photos_per_minute",
  "refuse_without_time", "limits", "output",
];

/** Gives what of the settings is tried. */
export function triedOf(settings: TrialSettings): { [field: string]: Json } {
  const given = settings as unknown as { [field: string]: Json };
  return Object.fromEntries(FIELDS.filter((field) => given[field] !== undefined && given[field] !== "").map((field) => [field, given[field]]));
}

/** Runs the photo through the settings and gives the report, also of a photo that did not come back. */
export async function runTrial(photo: Photo, settings: TrialSettings, slotId: string | null, signal: AbortSignal): Promise<TrialReport> {
  const form = formOf(photo);
  form.set("slot", JSON.stringify({ ...triedOf(settings), id: slotId ?? NAMELESS }));
  return reportIn(await sendForm("/api/v1/test-runs", form, { signal }));
}

/** Runs the photo through the settings of an earlier test run. */
export async function repeatTrial(photo: Photo, jobId: string, signal: AbortSignal): Promise<TrialReport> {
  return reportIn(await sendForm(`/api/v1/test-runs/${jobId}/retry`, formOf(photo), { signal }));
}

/**
 * Ends the job of a test run that nobody waits for any more, so that its provider is not paid for nothing.
 *
 * Its id is not known before its end: it is the one running test run of the slot with this photo's name. If there are several,
 * none is ended; they end with their window.
 */
export async function endJobOf(photo: Photo, slotId: string | null): Promise<void> {
  const query = { slot_id: slotId ?? NAMELESS, source: "test_run", limit: 20 } as const;
  const { data } = await api.GET("/api/v1/jobs", { params: { query } });
  const running = (data?.items ?? []).filter(({ finalized_at, filename }) => finalized_at === null && filename === photo.file.name);
  const [only] = running;
  if (only && running.length === 1) await api.POST("/api/v1/jobs/{id}/cancel", { params: { path: { id: only.id } } });
}

function formOf(photo: Photo): FormData {
  const form = new FormData();
  form.set("file", photo.file, photo.file.name);
  return form;
}

async function reportIn(answer: Response): Promise<TrialReport> {
  return (await answer.json()) as TrialReport;
}
