import { describe, expect, it } from "vitest";

import { gathered } from "./gathered";

const streamOf = (...texts: string[]) =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });

describe("an archive on its way", () => {
  it("is whole and in order, however it is cut into parts", async () => {
    const blob = await gathered(streamOf("one ", "two ", "three"), () => undefined, 5);
    expect(await blob.text()).toBe("one two three");
  });

  it("says how far it is", async () => {
    const told: number[] = [];
    await gathered(streamOf("abc", "de"), (bytes) => told.push(bytes));
    expect(told).toEqual([3, 5]);
  });

  it("fails with its stream", async () => {
    const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({ start: (controller) => controller.error(new TypeError("cut short")) });
    await expect(gathered(broken, () => undefined)).rejects.toThrow("cut short");
  });
});
