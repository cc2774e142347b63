/** A ZIP of pictures: asked for by script, so that refusals are sentences and progress is seen; kept out of memory. */
import { api } from "../api/client";
import { queryOf, type GalleryFilter } from "./filter";
import { gathered } from "./gathered";

export type ArchiveOf = { ids: readonly string[] } | { filter: GalleryFilter };

interface Options {
  signal: AbortSignal;
  onBytes: (bytes: number) => void;
}

/**
 * Gives the archive as a blob, with the name that the server gives it.
 *
 * A form cannot ask for it (the API takes JSON), and a link would show a refusal as a broken download.
 *
 * @throws Problem like all requests.
 */
export async function fetchArchive(of: ArchiveOf, { signal, onBytes }: Options): Promise<{ name: string; blob: Blob }> {
  // without the client's deadline: 500 pictures take as long as they take
  const options = { parseAs: "stream", fetch: (request: Request) => fetch(request, { signal }) } as const;
  const { data, response } =
    "ids" in of
      ? await api.POST("/api/v1/results/zip", { body: { ids: [...of.ids] }, ...options })
      : await api.GET("/api/v1/results/zip", { params: { query: queryOf(of.filter) }, ...options });
  const blob = await gathered(data as unknown as ReadableStream<Uint8Array<ArrayBuffer>>, onBytes);
  return { name: nameIn(response.headers.get("Content-Disposition")), blob };
}

function nameIn(disposition: string | null): string {
  return /filename="([^"]+)"/.exec(disposition ?? "")?.[1] ?? "photochanger.zip";
}
