/** Ways about: back, redo, typed values, links, two scenarios by name, districts. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, settled } from "./open.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const search = (page) => new URL(page.url()).search;
const finding = (page) => page.locator("#finding").textContent();
const typed = (page, name) => page.getByLabel(name);
const BUDGET = /^Escribir el valor: Coca erradicada/;

test("the browser's Back undoes a move, Forward and redo do it again", async () => {
  const page = await open(browser, "lang=es");
  const [first, told] = [search(page), await finding(page)];
  await page.locator(".stories button").nth(1).click();
  await settled(page);
  const [second, other] = [search(page), await finding(page)];
  assert.match(second, /story=flights/);
  await page.goBack();
  await settled(page);
  assert.deepEqual([search(page), await finding(page)], [first, told]);
  await page.getByRole("button", { name: "Rehacer" }).click();
  await page.waitForURL((url) => url.search === second);
  await settled(page);
  assert.equal(await finding(page), other);
  await page.keyboard.press("Control+z");
  await page.waitForURL((url) => url.search === first);
  await page.keyboard.press("Control+Shift+Z");
  await page.waitForURL((url) => url.search === second);
  await page.close();
});

test("the story and its question survive in the link, and the question survives a moved lever", async () => {
  const page = await open(browser, "lang=es");
  await page.locator(".stories button").nth(3).click();
  await settled(page);
  const other = await open(browser, search(page).slice(1));
  assert.equal(await other.locator(".stories button[aria-pressed=true]").count(), 1);
  assert.equal(await finding(other), await finding(page));
  await typed(page, BUDGET).fill("30000");
  await page.keyboard.press("Enter");
  await settled(page);
  assert.equal(await page.locator(".stories button[aria-pressed=true]").count(), 0);
  assert.match(search(page), /ask=exits/);
  assert.match(await finding(page), /sale/);
  await page.close();
  await other.close();
});

test("a typed value is taken as people write it, and refused with the range", async () => {
  const page = await open(browser, "lang=es&show=difference&view=map&year=2030&eradication_budget=0");
  await typed(page, BUDGET).fill("41.500");
  await page.keyboard.press("Enter");
  await settled(page);
  assert.match(search(page), /eradication_budget=41500/);
  await typed(page, BUDGET).fill("900000");
  await page.keyboard.press("Enter");
  assert.match(await page.locator(".levers [role=alert]").textContent(), /Entre 0 y 100,000/);
  assert.match(search(page), /eradication_budget=41500/);
  assert.equal(await typed(page, BUDGET).inputValue(), "41,500");
  await page.close();
});

test("every change of a scenario unfolds", async () => {
  const page = await open(browser, "lang=es&eradication_budget=30000&air_interdiction=0&coffee_price=0.8&cacao_price=1.2&roads@VRAEM=1000000");
  await page.getByRole("button", { name: "ver los 5 cambios" }).click();
  assert.equal(await page.locator(".summary .says li").count(), 5);
  await page.locator(".summary .says li").nth(4).getByRole("button").click();
  await settled(page);
  assert.doesNotMatch(search(page), /roads/);
  await page.close();
});

test("A is compared with B directly, by the names that the reader gives, and the link carries it", async () => {
  const page = await open(browser, "lang=es&eradication_budget=0");
  await page.getByRole("button", { name: "Guardar este escenario" }).click();
  await page.getByLabel("Nombre: Escenario A").fill("Pausa");
  await typed(page, BUDGET).fill("60000");
  await page.keyboard.press("Enter");
  await page.getByLabel("Nombre: Escenario B").fill("Mano dura");
  await page.keyboard.press("Tab");
  await settled(page);
  await page.getByRole("button", { name: "«Mano dura» frente a «Pausa»" }).click();
  await settled(page);
  assert.equal(await page.locator("svg.map").count(), 1);
  assert.match(await page.locator(".map h2").textContent(), /«Pausa»/);
  assert.match(await page.locator(".summary").innerText(), /«Mano dura» comparado con «Pausa»/);
  const [said, link] = [await finding(page), search(page)];
  const other = await open(browser, link.slice(1));
  assert.equal(await finding(other), said);
  await page.getByRole("button", { name: "Intercambiar" }).click();
  await settled(page);
  assert.match(await page.locator(".map h2").textContent(), /«Mano dura»/);
  await page.close();
  await other.close();
});

test("a district is found by name or code, and its card tells surveys, levels, difference and evidence", async () => {
  const page = await open(browser, "lang=es&eradication_budget=0");
  const box = page.getByRole("combobox", { name: /Buscar un distrito/ });
  for (const what of ["080902", "pichari", "ECHARATE"]) {
    await box.fill(what);
    await page.keyboard.press("Enter");
    const card = page.getByRole("dialog");
    await card.locator("table, .small").nth(1).waitFor();
    assert.match(await card.innerText(), /Distrito \d{6}[\s\S]*Si nada cambia, 2035[\s\S]*Diferencia con la línea de base[\s\S]*ha[\s\S]*Cifras publicadas/);
    await page.keyboard.press("Escape");
    await card.waitFor({ state: "hidden" });
  }
  await box.fill("echarate");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").locator("tbody tr").first().waitFor();
  assert.match(await page.getByRole("dialog").locator("tbody").innerText(), /20\d\d[\s\S]*UNODC/);
  await page.getByRole("button", { name: /^Fuentes y supuestos/ }).last().click();
  await page.getByRole("dialog").locator("h3").first().waitFor();
  await page.close();
});

test("a click on the map opens the nearest district's card, and the table follows the level", async () => {
  const page = await open(browser, "lang=es&eradication_budget=0");
  const circle = page.locator("svg.map circle.moves").first();
  const name = (await circle.locator("title").textContent()).split(" (")[0];
  const { x, y, width, height } = await circle.boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2);
  assert.equal(await page.locator("#district-title").textContent(), name);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Tabla: / }).first().click();
  assert.ok((await page.locator(".map tbody tr").count()) > 300);
  await page.getByRole("button", { name: "Zonas", exact: true }).click();
  assert.equal(await page.locator(".map tbody tr").count(), 14);
  await page.close();
});
