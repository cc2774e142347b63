/** What follows from a slot's client settings. */
import type { Schemas } from "../../api/schema";

/** Says whether only the machine itself can reach the address. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || hostname === "0.0.0.0" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

interface Sending {
  url: string;
  file_field: string;
  password_field: string;
  timeout_seconds: number;
}

/** Gives the settings with the names that DSLR Remote Pro uses where the API leaves them out. */
export function sendingOf({ url, timeout_seconds, file_field = "fileToUpload", password_field = "password" }: Schemas["ClientSettings"]): Sending {
  return { url, timeout_seconds, file_field, password_field };
}

/** A line for any command prompt (also Windows') that posts a photo as the booth does. */
export function curlLine({ url, file_field, password_field, timeout_seconds }: Sending, password: string): string {
  return `curl --max-time ${Math.ceil(timeout_seconds)} -o answer.jpg -w "%{http_code}" -F "${file_field}=@photo.jpg" -F "${password_field}=${password}" "${url}"`;
}
