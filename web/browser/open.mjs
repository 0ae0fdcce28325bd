/** A browser on this machine's chromium, and pages that note what they ask and complain of. */

import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

export const WIDTHS = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };
export const LANGS = { es: "es-PE", en: "en-US" };
export const VIEWS = ["map", "zones", "chain", "people", "costs", "unknowns"];
export const RESULTS = new URL("../test-results/", import.meta.url).pathname;

const ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];
const READY_MS = 60_000;

mkdirSync(RESULTS, { recursive: true });

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGS });

/** Open the page; `asked` and `complaints` are filled while it lives. */
export async function open(browser, query = "", { size = "wide", lang = "es" } = {}) {
  const context = await browser.newContext({ viewport: WIDTHS[size], locale: LANGS[lang], acceptDownloads: true });
  const page = await context.newPage();
  page.asked = [];
  page.complaints = [];
  page.on("request", (request) => page.asked.push(request.url()));
  page.on("console", (said) => said.type() === "error" && page.complaints.push(said.text()));
  page.on("pageerror", (error) => page.complaints.push(error.message));
  await page.goto(`${process.env.GLOBO_URL}?${query}`);
  await page.waitForSelector("#view", { timeout: READY_MS });
  await settled(page);
  return page;
}

/** Wait until the full ensemble is shown. */
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector(".summary")?.getAttribute("aria-busy") === "false", null, { timeout: READY_MS });
}

/** Requests that left this machine. */
export const outside = (page) => page.asked.filter((url) => !/^(data:|blob:)/.test(url) && new URL(url).hostname !== "127.0.0.1");
