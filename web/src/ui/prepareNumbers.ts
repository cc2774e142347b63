/**
 * Has the browser prepare how it writes numbers, beside the page: that takes a slow phone up to a fifth of a second, once in the whole
 * process, in which the page would answer nobody.
 */
export function prepareNumbers(): void {
  const worker = new Worker(new URL("numbers.worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", () => worker.terminate());
}
