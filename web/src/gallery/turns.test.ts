import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { gapFor, leftOf, Turns } from "./turns";

describe("how far apart previews are asked for", () => {
  it("is no matter while there is plenty", () => {
    expect(gapFor({ limit: 1200, remaining: 700, resetSeconds: 50 })).toBe(0);
  });

  it("makes what is left last, and leaves some to others", () => {
    expect(gapFor({ limit: 1200, remaining: 540, resetSeconds: 30 })).toBe(100);
  });

  it("is until the limit is whole again when only the others' share is left", () => {
    expect(gapFor({ limit: 1200, remaining: 200, resetSeconds: 12 })).toBe(12_000);
  });

  it("is told by the answers", () => {
    expect(leftOf(new Headers({ "RateLimit-Limit": "1200", "RateLimit-Remaining": "0", "RateLimit-Reset": "7" }))).toEqual({ limit: 1200, remaining: 0, resetSeconds: 7 });
    expect(leftOf(new Headers())).toBeNull();
  });
});

describe("turns", () => {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const task = (name: string) => () => {
    begun.push(name);
    return new Promise<void>((resolve) => ends.set(name, resolve));
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  beforeEach(() => {
    begun.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it("begin in order, so many at once", async () => {
    const turns = new Turns(2);
    for (const name of ["a", "b", "c", "d"]) turns.take(task(name));
    expect(begun).toEqual(["a", "b"]);
    await end("b");
    expect(begun).toEqual(["a", "b", "c"]);
  });

  it("pass over what was taken back", async () => {
    const turns = new Turns(1);
    turns.take(task("a"));
    const takeBack = turns.take(task("b"));
    turns.take(task("c"));
    takeBack();
    await end("a");
    expect(begun).toEqual(["a", "c"]);
  });

  it("are as far apart as they are told to be", async () => {
    const turns = new Turns(4);
    turns.spread(100);
    for (const name of ["a", "b", "c"]) turns.take(task(name));
    expect(begun).toEqual(["a"]);
    await vi.advanceTimersByTimeAsync(100);
    expect(begun).toEqual(["a", "b"]);
    await vi.advanceTimersByTimeAsync(99);
    expect(begun).toEqual(["a", "b"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toEqual(["a", "b", "c"]);
  });

  it("stop for as long as they are held, also in the middle of others", async () => {
    const turns = new Turns(1);
    turns.take(task("a"));
    turns.take(task("b"));
    turns.hold(5_000);
    await end("a");
    expect(begun).toEqual(["a"]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(begun).toEqual(["a", "b"]);
  });
});
