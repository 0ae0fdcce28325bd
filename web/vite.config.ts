import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const TARGET = "../src/globo/page";

/** Leave the licences of what is bundled beside the page. */
function licences(): Plugin {
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: Record<string, string> };
  const text = (name: string) => {
    const folder = join("node_modules", name);
    const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
  };
  const map = "Map: Natural Earth, public domain.\n";
  return {
    name: "licences",
    apply: "build",
    writeBundle: () => writeFileSync(join(TARGET, "licences.txt"), [map, ...Object.keys(dependencies).sort().map(text)].join("\n---\n\n")),
  };
}

/** One classic script and one style: browsers refuse modules and shared origins from a disk. */
function opensFromDisk(): Plugin {
  return {
    name: "opens-from-disk",
    apply: "build",
    transformIndexHtml: { order: "post", handler: (html) => html.replace('<script type="module" crossorigin', "<script defer").replace('rel="stylesheet" crossorigin', 'rel="stylesheet"') },
  };
}

// The page is built into the Python package; addresses are relative, so any path may serve it.
export default defineConfig({
  plugins: [svelte(), licences(), opensFromDisk()],
  base: "./",
  build: { outDir: TARGET, emptyOutDir: true, assetsInlineLimit: 0, cssCodeSplit: false, target: "es2022", modulePreload: false, rollupOptions: { output: { format: "iife" } } },
  server: { proxy: { "/api": "http://127.0.0.1:8750" } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
