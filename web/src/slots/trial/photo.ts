/** The photo of a test run, as the page holds it. */
import sampleUrl from "./sample.jpg";

export interface Photo {
  file: File;
  /** An address of the file within this page. */
  url: string;
  /** Null: the browser cannot show it (HEIC mostly); the server may take it all the same. */
  size: { width: number; height: number } | null;
}

/** What a file dialog offers; what a file really is, the server finds out. */
export const ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif";

export async function photoOf(file: File): Promise<Photo> {
  const url = URL.createObjectURL(file);
  const picture = new Image();
  picture.src = url;
  try {
    await picture.decode();
  } catch {
    return { file, url, size: null };
  }
  return { file, url, size: { width: picture.naturalWidth, height: picture.naturalHeight } };
}

/** Gives a photo to try with when there is none at hand. */
export async function samplePhoto(): Promise<Photo> {
  const answer = await fetch(sampleUrl);
  return photoOf(new File([await answer.blob()], "sample.jpg", { type: "image/jpeg" }));
}

/** Gives the first file among what was dropped or pasted. */
export function fileIn(items: DataTransfer | null): File | null {
  return [...(items?.files ?? [])].find(({ type, name }) => type.startsWith("image/") || /\.hei[cf]$/i.test(name)) ?? null;
}
