import { expect, it } from "vitest";

import { curlLine, isLoopback } from "./ingestAddress";

it.each(["http://127.0.0.1:8080/ingest/a", "http://localhost/ingest/a", "http://[::1]:8080/ingest/a", "http://127.5.0.1/", "http://0.0.0.0:8080/"])("knows that no other computer reaches %s", (url) => {
  expect(isLoopback(url)).toBe(true);
});

it.each(["http://192.168.1.20:8080/ingest/a", "https://photos.example.org/ingest/a", "http://localhost.example.org/", "http://12.7.0.1/"])("knows that others may reach %s", (url) => {
  expect(isLoopback(url)).toBe(false);
});

it("writes a line that posts a photo with the slot's field names, and waits as long as the booth", () => {
  const sending = { url: "http://192.168.1.20:8080/ingest/a", file_field: "fileToUpload", password_field: "password", timeout_seconds: 52.5 };

  expect(curlLine(sending, "SECRET")).toBe(
    'curl --max-time 53 -o answer.jpg -w "%{http_code}" -F "fileToUpload=@photo.jpg" -F "password=SECRET" "http://192.168.1.20:8080/ingest/a"',
  );
});
