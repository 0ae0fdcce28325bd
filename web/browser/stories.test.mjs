import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LANGS, launch, open, outside, settled } from "./open.mjs";

const BEGIN = { es: /^En \d{4}/, en: /^By \d{4}/ };
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

for (const lang of Object.keys(LANGS)) {
  test(`each story is told end to end in ${lang}`, async () => {
    const page = await open(browser, `lang=${lang}`, { lang });
    const stories = await page.locator(".stories button").count();
    assert.ok(stories >= 4);
    const heard = new Set();
    for (let i = 0; i < stories; i++) {
      const button = page.locator(".stories button").nth(i);
      await button.click();
      await settled(page);
      assert.equal(await button.getAttribute("aria-pressed"), "true");
      const told = await page.locator(".tell").textContent();
      const finding = await page.locator("#finding").textContent();
      assert.match(finding, BEGIN[lang]);
      assert.doesNotMatch(`${told} ${finding}`, /\{|undefined|NaN|page\.\w/);
      assert.ok(await page.locator("#view svg.picture").count(), "a picture is drawn");
      assert.notEqual(new URL(page.url()).search, `?lang=${lang}`);
      heard.add(told);
    }
    assert.equal(heard.size, stories);
    assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
    assert.deepEqual(page.complaints, []);
    assert.deepEqual(outside(page), []);
    await page.close();
  });
}

test("a first visit opens on a story already told", async () => {
  const page = await open(browser);
  assert.equal(await page.locator(".stories button[aria-pressed=true]").count(), 1);
  assert.match(await page.locator("#finding").textContent(), BEGIN.es);
  await page.close();
});

test("an address shows a colleague the same picture", async () => {
  const page = await open(browser, "lang=es");
  await page.locator(".stories button").nth(1).click();
  await page.getByRole("tab", { name: "Zonas" }).click();
  await settled(page);
  const [address, finding] = [page.url(), await page.locator("#finding").textContent()];
  const other = await open(browser, new URL(address).search.slice(1));
  assert.equal(await other.locator("#finding").textContent(), finding);
  assert.equal(await other.getByRole("tab", { name: "Zonas" }).getAttribute("aria-selected"), "true");
  await page.close();
  await other.close();
});

test("two scenarios stand side by side", async () => {
  const page = await open(browser, "lang=es");
  await page.getByRole("button", { name: "Guardar este escenario" }).click();
  await page.locator(".stories button").nth(1).click();
  await page.getByRole("tab", { name: "Mapa" }).click();
  await settled(page);
  assert.equal(await page.locator("svg.map").count(), 2);
  const again = await open(browser, new URL(page.url()).search.slice(1));
  await again.waitForFunction(() => document.querySelectorAll("svg.map").length === 2);
  await page.close();
  await again.close();
});

test("every number leads to its evidence", async () => {
  const page = await open(browser, "lang=es");
  for (const view of ["Mapa", "Cadena y rutas", "Gasto y bosque"]) {
    await page.getByRole("tab", { name: view }).click();
    for (const source of (await page.locator("#view .source").all()).slice(0, 3)) {
      await source.click();
      const dialog = page.getByRole("dialog");
      await dialog.locator("h3").first().waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
    }
  }
  assert.deepEqual(page.complaints, []);
  await page.close();
});

test("pictures, tables, data and scenario come as files", async () => {
  const page = await open(browser, "lang=en", { lang: "en" });
  const saved = async (click) => {
    const [file] = await Promise.all([page.waitForEvent("download"), click()]);
    const chunks = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk);
    return [file.suggestedFilename(), Buffer.concat(chunks)];
  };
  const figure = page.locator(".map figure").first();
  const [svg, drawing] = await saved(() => figure.getByRole("button", { name: /^SVG/ }).click());
  assert.match(svg, /\.svg$/);
  assert.match(drawing.toString(), /^<svg[\s\S]*not a forecast[\s\S]*<\/svg>$/);
  const [, png] = await saved(() => figure.getByRole("button", { name: /^PNG/ }).click());
  assert.ok(png.length > 20_000 && png.subarray(1, 4).toString() === "PNG");
  const [, table] = await saved(() => figure.getByRole("button", { name: /^CSV/ }).click());
  assert.ok(table.toString().split("\n").length > 390);
  for (const [name, pattern] of [["Data (CSV)", /^scenario,place_kind,place_code,place,year,quantity,unit,/], ["Scenario (YAML)", /levers:/], [/^Python/, /import globo/]]) {
    await page.getByRole("button", { name: "Download" }).click();
    const [, text] = await saved(() => page.locator("#downloads a", { hasText: name }).first().click());
    assert.match(text.toString(), pattern);
  }
  await page.close();
});

test("the years play, and the picture keeps moving while a lever is dragged", async () => {
  const page = await open(browser, "lang=es&view=map&year=2016");
  await page.getByRole("button", { name: "Ver pasar los años" }).click();
  await page.waitForFunction(() => Number(document.querySelector("output").textContent) >= 2018);
  await page.getByRole("button", { name: "Detener" }).click();
  const lever = page.locator(".lever input[type=range]").first();
  const box = await lever.boundingBox();
  const seen = new Set();
  await page.mouse.move(box.x + box.width * 0.42, box.y + box.height / 2);
  await page.mouse.down();
  // A drag to and fro: pictures come while it lasts, sooner or later as the machine is free or busy.
  const until = Date.now() + 20_000;
  for (let i = 0; seen.size < 5 && Date.now() < until; i++) {
    await page.mouse.move(box.x + box.width * (0.42 + 0.24 * (1 - Math.cos(i / 13))), box.y + box.height / 2);
    await page.waitForTimeout(50);
    seen.add(await page.locator(".summary").getAttribute("data-levers"));
  }
  await page.mouse.up();
  await settled(page);
  assert.ok(seen.size >= 5, `${seen.size} pictures during the drag`);
  const undo = page.getByRole("button", { name: "Deshacer" });
  await undo.click();
  assert.equal(await undo.isEnabled(), false, "a drag is undone as one");
  await page.close();
});
