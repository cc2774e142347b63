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

/**
 * Has each file of the program run in a task of its own, as soon as it is there, so that a slow phone answers in between: files that
 * are only imported, or wait for the end of the page, run in one go.
 */
function inTurns(): Plugin {
  return {
    name: "in-turns",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (html) => {
        const entry = /<script type="module"[^>]*><\/script>/.exec(html)?.[0] ?? "";
        return html
          .replace(entry, "")
          .replaceAll(/<link rel="modulepreload" crossorigin href=("[^"]+")>/g, '<script type="module" crossorigin src=$1></script>')
          .replace("</head>", `${entry}</head>`)
          .replaceAll('<script type="module"', '<script type="module" async');
      },
    },
  };
}

export default defineConfig({
  plugins: [react(), inTurns(), gzipped(join(import.meta.dirname, "dist"))],
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
            // The program, with its first pages: login and today; libraries apart, see `inTurns`.
            { name: "react", tags: ["$initial"], test: /node_modules\/(react|react-dom|scheduler)\/|\/src\/app\/react\.ts$/, priority: 4 },
            { name: "mantine", tags: ["$initial"], test: /node_modules\/(@mantine|@floating-ui)\//, priority: 3 },
            { name: "libraries", tags: ["$initial"], test: /node_modules\//, priority: 2 },
            { name: "first", tags: ["$initial"], priority: 1 },
            // What many pages share, and what few do, by the pages that share it.
            { name: "widgets", minShareCount: 4, priority: 0 },
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
