/** A published folder, opened from the disk as from a USB stick: the one at GLOBO_SITE, or a small one made here. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { LANGS, settled, WIDTHS } from "./open.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const READY_MS = 60_000;
/** Few settings: the browser asks whether it works, `globo publish` measures how well it fits. */
const SMALL = ["--learn", "4", "--check", "2", "--draws", "16", "--no-forecasts", "--no-why", "--quiet"];

/** Return the address of the folder's index.html. */
export function folder() {
  const given = process.env.GLOBO_SITE;
  const at = given ?? join(ROOT, "build", "published");
  if (!given) {
    const made = spawnSync(join(ROOT, ".venv", "bin", "globo"), ["publish", at, ...SMALL], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
    if (made.status !== 0) throw new Error(`globo publish ended with code ${made.status}`);
  }
  if (!existsSync(join(at, "index.html"))) throw new Error(`no index.html in ${at}`);
  return pathToFileURL(join(at, "index.html")).href;
}

/** Open the folder; `asked` and `complaints` are filled while the page lives. */
export async function openFolder(browser, address, query = "", { size = "wide", lang = "es" } = {}) {
  const context = await browser.newContext({ viewport: WIDTHS[size], locale: LANGS[lang] });
  const page = await context.newPage();
  page.asked = [];
  page.complaints = [];
  page.on("request", (request) => page.asked.push(request.url()));
  page.on("console", (said) => said.type() === "error" && page.complaints.push(said.text()));
  page.on("pageerror", (error) => page.complaints.push(error.message));
  await page.goto(`${address}?${query}`);
  await page.waitForSelector("#view", { timeout: READY_MS, state: query.includes("embed=") ? "attached" : "visible" });
  await settled(page);
  return page;
}
