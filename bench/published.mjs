/**
 * A published folder's speed in a real browser: from a move of a slider to the picture of it.
 *
 *     node bench/published.mjs [MOVES]
 *
 * Opens the folder at GLOBO_SITE, or publishes a small one. Prints one JSON object; goal: p95 60 ms.
 * The page's own work a move is told besides, since others may work on the machine.
 */

import { launch } from "../web/browser/open.mjs";
import { folder, openFolder } from "../web/browser/published.mjs";

const MOVES = Number(process.argv[2] ?? 180);

const browser = await launch();
const page = await openFolder(browser, folder(), "lang=en&view=map&eradication_budget=30000", { lang: "en" });
const devtools = await page.context().newCDPSession(page);
await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
const worked = async () => (await devtools.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration").value * 1000;

const began = await worked();
const times = await page.evaluate(async (moves) => {
  const slider = document.querySelector(".levers input[type=range]");
  const summary = document.querySelector(".summary");
  const found = [];
  for (let i = 0; i < moves; i++) {
    const before = summary.dataset.levers;
    const began = performance.now();
    slider.value = String(20 + ((i * 37) % 60));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    while (summary.dataset.levers === before && performance.now() - began < 3000) await new Promise((done) => setTimeout(done, 0));
    await new Promise((done) => requestAnimationFrame(done));
    found.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 20));
  }
  return found.sort((a, b) => a - b);
}, MOVES);
const own = ((await worked()) - began) / MOVES;

const tenth = (value) => Math.round(value * 10) / 10;
const quantile = (q) => tenth(times[Math.ceil(q * MOVES) - 1]);
console.log(JSON.stringify({ moves: MOVES, picture_ms: { p50: quantile(0.5), p95: quantile(0.95) }, own_work_ms: tenth(own) }));
await browser.close();
