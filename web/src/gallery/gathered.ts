/** So much is in the page's memory at once; then it is the browser's to keep, which puts large blobs on the disk. */
const PART_BYTES = 8 * 2 ** 20;

/** Makes one blob of a stream. */
export async function gathered(stream: ReadableStream<Uint8Array<ArrayBuffer>>, onBytes: (bytes: number) => void, partBytes = PART_BYTES): Promise<Blob> {
  const parts: Blob[] = [];
  let [pieces, size, total]: [Uint8Array<ArrayBuffer>[], number, number] = [[], 0, 0];
  const reader = stream.getReader();
  for (;;) {
    // one piece after the other, as they come
    // oxlint-disable-next-line no-await-in-loop
    const { done, value } = await reader.read();
    if (value) {
      pieces.push(value);
      size += value.byteLength;
      total += value.byteLength;
      onBytes(total);
    }
    if (done || size >= partBytes) {
      parts.push(new Blob(pieces));
      [pieces, size] = [[], 0];
    }
    if (done) return new Blob(parts, { type: "application/zip" });
  }
}
