/** Nothing false on the screen: computing, first estimates, a lost server. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, settled } from "./open.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const standing = (page, wanted) => page.waitForFunction((w) => document.querySelector(".summary")?.dataset.standing === w, wanted);
const text = (page, selector) => page.locator(selector).first().textContent();
const SURE = /probable|casi seguro|likely|certain|\d %|entre −?[\d,]+ y/;
/** Levers that nobody asked for yet, so that the server has no answer ready. */
const unasked = () => 26000 + Math.floor(Math.random() * 8000);

/** Hold every run back until let go; then pass it on. */
async function held(page) {
  let go;
  const gate = new Promise((done) => (go = done));
  await page.route("**/api/run", async (route) => {
    await gate;
    await route.continue();
  });
  return go;
}

test("while the first story is computed nothing is said to be known", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "es-PE" });
  const page = await context.newPage();
  const go = await held(page);
  await page.goto(process.env.GLOBO_URL);
  await standing(page, "pending");
  const said = await page.locator(".summary").innerText();
  assert.match(said, /Calculando/);
  assert.doesNotMatch(said, /Si nada cambia|no cambia|muy probable/);
  assert.doesNotMatch(await page.locator("#view").innerText(), /sin cambio\b/);
  assert.equal(await page.locator("#view.stale").count(), 1);
  go();
  await settled(page);
  assert.match(await text(page, "#finding"), /^En 2035/);
  assert.equal(await page.locator("#view.stale").count(), 0);
  await context.close();
});

test("a finding stands only under its own levers: until then the older one is grey and named", async () => {
  const page = await open(browser, "lang=es&eradication_budget=0");
  const before = await text(page, "#finding");
  const go = await held(page);
  await page.locator(".stories button").nth(3).click();
  await standing(page, "pending");
  assert.match(await text(page, ".status"), /respuesta anterior.*erradicada a mano: 0 ha/);
  assert.equal(await page.locator(".answer.stale").count(), 1);
  go();
  await settled(page);
  assert.equal(await page.locator(".answer.stale").count(), 0);
  assert.notEqual(await text(page, "#finding"), before);
  await page.close();
});

test("a first estimate has no interval, no likelihood and one place; the scale of the map then stays", async () => {
  const page = await open(browser, "lang=es");
  let early = true;
  await page.route("**/api/run", async (route) => {
    if (!early) return route.continue();
    const [first] = (await (await route.fetch()).text()).split("\n");
    early = JSON.parse(first).draws < 16;
    await route.fulfill({ body: first, contentType: "application/x-ndjson" });
    early = false;
  });
  await page.evaluate(() => (window.legends = []));
  await page.getByLabel(/^Escribir el valor: Coca erradicada/).fill(String(unasked()));
  await page.keyboard.press("Enter");
  await standing(page, "first");
  const summary = await page.locator(".answer, .status").allInnerTexts();
  assert.doesNotMatch(summary.join(" "), SURE);
  assert.match(summary.join(" "), /Primera estimación con \d+ de 64/);
  assert.doesNotMatch(await page.locator(".side figure").first().innerText(), /probable|no se sabe/);
  const legend = await page.locator("svg.map text", { hasText: / ha$/ }).allTextContents();
  await settled(page);
  assert.deepEqual(await page.locator("svg.map text", { hasText: / ha$/ }).allTextContents(), legend);
  await page.close();
});

test("a server that is gone is said to be gone, the last answer is marked, and it is asked again", async () => {
  const page = await open(browser, "lang=es&eradication_budget=0");
  const finding = await text(page, "#finding");
  await page.route("**/api/run", (route) => route.abort());
  await page.locator(".stories button").nth(3).click();
  await standing(page, "lost");
  assert.match(await text(page, ".status"), /Se perdió la conexión; reintentando….*respuesta anterior/);
  assert.equal(await page.locator(".answer.stale #finding").textContent(), finding);
  await page.unroute("**/api/run");
  await settled(page);
  assert.equal(await page.locator(".answer.stale").count(), 0);
  assert.doesNotMatch(await text(page, ".status"), /conexión/);
  await page.close();
});

test("stories are answered in their own unit", async () => {
  const page = await open(browser, "lang=en", { lang: "en" });
  for (const [title, unit] of [["Air interdiction ends", / t[,)]/], ["Bolivia closes its border", / t[,)]/], ["Scan half at Callao", / t[,)]/], ["Cacao instead", /USD/], ["Eradication pauses", / ha[,)]/]]) {
    await page.getByRole("button", { name: title }).click();
    await settled(page);
    const said = (await text(page, "#finding")).replaceAll("\u00a0", " ");
    assert.match(said, unit, title);
    if (!unit.test(" ha)")) assert.doesNotMatch(said, / ha\b/, title);
  }
  await page.close();
});

test("back to today with the difference on shows the level, not an empty map", async () => {
  const page = await open(browser, "lang=es&eradication_budget=0&show=difference");
  await page.getByRole("button", { name: "Volver a hoy" }).click();
  await settled(page);
  assert.ok((await page.locator("svg.map circle.moves").count()) > 50);
  assert.match(await text(page, ".map h2"), /Coca en pie/);
  const largest = await page.evaluate(() => Math.max(...[...document.querySelectorAll("svg.map circle.moves title")].map((t) => Number(/([\d,]+) ha$/.exec(t.textContent)[1].replaceAll(",", "")))));
  const legend = (await page.locator("svg.map text", { hasText: /^[\d,]+ ha$/ }).allTextContents()).map((t) => Number(t.replace(/[^\d]/g, "")));
  assert.ok(Math.max(...legend) <= largest * 1.5, `the legend shows ${legend}, the largest circle is ${largest}`);
  await page.close();
});

test("a tooltip stays within its chart", async () => {
  const page = await open(browser, "lang=es&eradication_budget=0");
  const chart = page.locator(".keys .chart").nth(1);
  await chart.evaluate((node) => node.scrollIntoView({ block: "center" }));
  const box = await chart.boundingBox();
  for (const share of [0.3, 0.6, 0.94]) {
    await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
    const tip = await chart.locator(".tip").boundingBox();
    assert.ok(tip.x >= box.x - 1 && tip.x + tip.width <= box.x + box.width + 1, `${share}: ${JSON.stringify(tip)}`);
  }
  await page.close();
});

test("a page that opens while the server is gone says so, and opens when it is back", async () => {
  const context = await browser.newContext({ locale: "es-PE" });
  const page = await context.newPage();
  await page.route("**/api/baseline", (route) => route.abort());
  await page.goto(process.env.GLOBO_URL);
  await page.getByRole("alert").waitFor();
  assert.match(await text(page, "[role=alert]"), /reintentando/);
  await page.unroute("**/api/baseline");
  await page.waitForSelector("#view");
  await settled(page);
  await context.close();
});

test("a question that the server refuses is not computing for ever", async () => {
  const page = await open(browser, "lang=es&eradication_budget=0");
  const errors = [{ field: "levers", found: "x", allowed: "y", mend: "z" }];
  await page.route("**/api/run", (route) => route.fulfill({ status: 422, json: { errors } }));
  await page.locator(".stories button").nth(3).click();
  await standing(page, "refused");
  assert.match(await text(page, ".summary .trouble"), /levers: x; y; z/);
  assert.equal(await page.locator(".answer.stale").count(), 1);
  await page.close();
});

test("a sum of money names what it does not count: escort; scanners and roads are counted", async () => {
  for (const [lang, said] of [["es", /El gasto no incluye, porque no se conoce su precio: [^.]*\./], ["en", /Spending leaves out, for want of a known price: [^.]*\./]]) {
    const page = await open(browser, `lang=${lang}&year=2030&eradication_budget=35000&eradication_where@VRAEM=1`);
    assert.match(await page.locator(".summary .rest").textContent(), said);
    await page.goto(`${process.env.GLOBO_URL}?lang=${lang}&view=costs&year=2030&eradication_where@VRAEM=1`);
    await settled(page);
    assert.match(await page.locator("#view").innerText(), said);
    await page.goto(`${process.env.GLOBO_URL}?lang=${lang}&year=2030&road_control=5&container_scan_share@Callao=0.5`);
    await settled(page);
    assert.doesNotMatch(await page.locator(".summary .rest").textContent(), said);
    await page.close();
  }
});
