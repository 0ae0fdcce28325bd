/**
 * The page's speed in a real browser: lever to picture, a drag, first load, cold start.
 *
 *     node bench/page.mjs [CHANGES]
 *
 * Starts `globo serve`, or asks the server at GLOBO_URL. Prints one JSON object.
 */

import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { served } from "../web/browser/run.mjs";

const { chromium } = createRequire(new URL("../web/package.json", import.meta.url))("playwright-core");
const CHANGES = Number(process.argv[2] ?? 50);
const MOVES = 60;
const ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];

const cold = performance.now();
const { url, end } = await served();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGS });
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();

const bytes = {};
page.on("response", async (answer) => {
  const kind = /\/assets\/.*\.(js|css)$/.test(answer.url()) ? "code" : "rest";
  const sizes = await answer.request().sizes().catch(() => null);
  if (sizes && answer.request().method() === "GET") bytes[kind] = (bytes[kind] ?? 0) + sizes.responseBodySize;
});
const opened = performance.now();
await page.goto(`${url}?lang=es&view=map`);
await page.waitForSelector("#view svg.map");
const usable = performance.now();
await full(page);
const load = { ...bytes };

// In the page: from the slider's event to the first task after the frame that shows its picture.
await page.evaluate(() => {
  const lever = document.querySelector(".lever input[type=range]");
  window.change = (value) =>
    new Promise((done) => {
      const before = document.querySelector(".summary").dataset.levers;
      const began = performance.now();
      const watch = new MutationObserver(() => {
        if (document.querySelector(".summary").dataset.levers === before) return;
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
      });
      watch.observe(document.querySelector(".summary"), { attributes: true, childList: true, subtree: true, characterData: true });
      lever.value = String(value);
      lever.dispatchEvent(new Event("input", { bubbles: true }));
      lever.dispatchEvent(new Event("change", { bubbles: true }));
    });
});

const values = Array.from({ length: CHANGES }, (_, i) => 3 + ((i * 37) % 94));
const first = [];
const whole = [];
for (const value of values) {
  const began = performance.now();
  first.push(await page.evaluate((v) => window.change(v), value));
  await full(page);
  whole.push(performance.now() - began);
}

// A drag: many moves, how many pictures come while it lasts, and how long the last one takes.
const drag = await page.evaluate(async (moves) => {
  const lever = document.querySelector(".lever input[type=range]");
  const summary = document.querySelector(".summary");
  let pictures = 0;
  let last = 0;
  const watch = new MutationObserver(() => ((pictures += 1), (last = performance.now())));
  watch.observe(summary, { attributes: true, attributeFilter: ["data-levers"] });
  for (let i = 0; i < moves; i++) {
    lever.value = String(5 + ((i * 3) % 90));
    lever.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => setTimeout(done, 50));
  }
  const ended = performance.now();
  const during = pictures;
  lever.dispatchEvent(new Event("change", { bubbles: true }));
  await new Promise((done) => setTimeout(done, 1500));
  return { moves, pictures_during: during, last_after_ms: Math.max(0, last - ended) };
}, MOVES);

const quantile = (all, q) => [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(q * all.length))];
const round = (value) => Math.round(value);
console.log(
  JSON.stringify({
    changes: CHANGES,
    first_picture_ms: { p50: round(quantile(first, 0.5)), p95: round(quantile(first, 0.95)), max: round(Math.max(...first)) },
    full_ensemble_ms: { p50: round(quantile(whole, 0.5)), p95: round(quantile(whole, 0.95)), max: round(Math.max(...whole)) },
    drag,
    first_load_kb: { code: round(load.code / 1000), all: round((load.code + load.rest) / 1000) },
    usable_ms: { after_open: round(usable - opened), after_start: round(usable - cold) },
  }),
);
await browser.close();
end();

function full(page) {
  return page.waitForFunction(() => document.querySelector(".summary")?.getAttribute("aria-busy") === "false", null, { timeout: 60_000 });
}
