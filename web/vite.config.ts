import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Writes a `.gz` beside each text file, so that servers need not compress at each request. */
function gzipped(folder: string): Plugin {
  return {
    name: "gzipped",
    apply: "build",
    async closeBundle() {
      const names = await readdir(folder, { recursive: true });
      const texts = names.filter((name) => /\.(js|css|html|svg|json)$/.test(name));
      await Promise.all(
        texts.map(async (name) => {
          const path = join(folder, name);
          await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
        }),
      );
    },
  };
}

export default defineConfig({
  plugins: [react(), gzipped(join(import.meta.dirname, "dist"))],
  // see there
  resolve: { alias: { "@rjsf/validator-ajv8": join(import.meta.dirname, "src/slots/editor/noAjv.ts") } },
  build: {
    target: "es2022",
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A slow network waits half a second for each half dozen files, so there are few of them.
          groups: [
            // The program, with its first pages: login and today.
            { name: "first", tags: ["$initial"], priority: 2 },
            // What many pages share, and what few do, by the pages that share it.
            { name: "widgets", minShareCount: 4, priority: 1 },
            { name: "shared", minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 2_000 },
          ],
        },
      },
    },
  },
  server: {
    fs: { allow: [".."] },
    proxy: { "/api": process.env["ADMIN_URL"] ?? "http://127.0.0.1:8081" },
  },
});
