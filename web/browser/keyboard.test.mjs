import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, settled } from "./open.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Press Tab until an element that matches has the focus. */
async function tabTo(page, selector, most = 80) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
  }
  assert.fail(`Tab does not reach ${selector}`);
}

const finding = (page) => page.locator("#finding").textContent();
const moved = (page) => new URL(page.url()).search;

test("a story, a lever, undo, a view and a zone, without a mouse", async () => {
  const page = await open(browser, "lang=es");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className.includes("skip")), true);

  await tabTo(page, ".lever input[type=range]");
  const before = moved(page);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await settled(page);
  assert.notEqual(moved(page), before);
  assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-valuetext")), /\d/);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await settled(page);
  assert.equal(moved(page), before);

  await tabTo(page, ".stories button[aria-pressed=false]");
  await page.keyboard.press("Tab");
  const told = await finding(page);
  await page.keyboard.press("Enter");
  await settled(page);
  assert.notEqual(await finding(page), told);

  await tabTo(page, "[role=tab][aria-selected=true]");
  await page.keyboard.press("Home");
  const views = [];
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press("ArrowRight");
    views.push(await page.evaluate(() => document.activeElement.id));
  }
  assert.equal(new Set(views).size, 6);
  while (!(await page.locator("svg.map").count())) await page.keyboard.press("ArrowRight");

  await tabTo(page, "[data-zone]");
  const first = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  await page.keyboard.press("ArrowRight");
  const next = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  assert.notEqual(next, first);
  assert.match(next, /ha/);
  await page.keyboard.press("Enter");
  assert.match(moved(page), /focus=/);
  await page.close();
});

test("the evidence closes with Escape and gives the focus back", async () => {
  const page = await open(browser, "lang=en", { lang: "en" });
  await tabTo(page, ".source");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.className.includes("source")), true);
  await page.close();
});

test("the tour is walked and left by keys", async () => {
  const page = await open(browser, "lang=en", { lang: "en" });
  await page.getByRole("button", { name: "Tour", exact: true }).focus();
  await page.keyboard.press("Enter");
  const title = () => page.locator("#tour-title").textContent();
  const seen = new Set([await title()]);
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(80);
    seen.add(await title());
  }
  assert.equal(seen.size, 7);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#tour-title").count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), "Tour");
  await page.close();
});

test("what changes is read out once it has settled", async () => {
  const page = await open(browser, "lang=en", { lang: "en" });
  await page.locator(".stories button").nth(1).click();
  await settled(page);
  await page.waitForFunction(() => document.querySelector(".seen-by-readers-only[aria-live=polite]")?.textContent.startsWith("By 2035"));
  await page.close();
});
