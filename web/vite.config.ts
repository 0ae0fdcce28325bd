import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// The page is built into the Python package; addresses are relative, so any path may serve it.
export default defineConfig({
  plugins: [svelte()],
  base: "./",
  build: { outDir: "../src/globo/page", emptyOutDir: true, assetsInlineLimit: 0, target: "es2022" },
  server: { proxy: { "/api": "http://127.0.0.1:8750" } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
