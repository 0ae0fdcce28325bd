/** What is taken home: every file is downloaded and opened; pictures are measured and looked at. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { launch, open, RESULTS } from "./open.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const QUERY = "eradication_budget=35000&eradication_where@VRAEM=1&year=2030";

/** What a click hands out; a file of the server may take a whole run. */
async function taken(page, click) {
  const [file] = await Promise.all([page.waitForEvent("download", { timeout: 300_000 }), click()]);
  const path = `${RESULTS}${file.suggestedFilename()}`;
  await file.saveAs(path);
  return { name: file.suggestedFilename(), path, bytes: readFileSync(path) };
}

/** Draw a file as a picture in a page of its own; returns its size and what stands at its edges. */
async function drawn(bytes, type) {
  const page = await browser.newPage();
  const told = await page.evaluate(async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const inked = (x, y, w, h) => {
      const { data } = pen.getImageData(x, y, Math.max(1, w), Math.max(1, h));
      let n = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] + data[i + 2] < 720) n += 1;
      return n;
    };
    const { width, height } = canvas;
    return { width, height, right: inked(width - 12, 0, 12, height), foot: inked(0, height - 8, width, 8), all: inked(0, 0, width, height) };
  }, `data:${type};base64,${bytes.toString("base64")}`);
  await page.close();
  return told;
}

const VIEWS = { map: ["globo-map", 0], zones: ["", 0], chain: ["globo-flows", 3], costs: ["", 1], people: ["", 1] };
for (const lang of ["es", "en"])
  for (const [view, [file, least]] of Object.entries(VIEWS))
    test(`a picture of ${view} in ${lang} is whole: title, key, source, caution, letters, twice the size`, async () => {
      const page = await open(browser, `lang=${lang}&view=${view}&${QUERY}`);
      const caution = lang === "es" ? "no un pronóstico" : "not a forecast";
      const title = await page.locator("#view figure :is(h2, h3)").first().textContent();
      const svg = await taken(page, () => page.getByRole("button", { name: /^SVG: / }).first().click());
      const text = svg.bytes.toString("utf8");
      assert.ok(svg.name.startsWith(file || "globo-"), svg.name);
      const words = [...text.matchAll(/<text[^>]*>([^<]*)/g)].map((m) => m[1].replaceAll("&amp;", "&"));
      const said = words.join(" ");
      assert.ok(said.includes(title.trim()), `${title} is not in ${said}`);
      assert.ok(said.includes(caution), said);
      assert.ok(said.includes(lang === "es" ? "Fuente: globo" : "Source: globo"));
      assert.match(text, /font-family="'Source Sans 3'/);
      assert.match(text, /@font-face[^}]*data:font\/woff2;base64,[A-Za-z0-9+/]{1000}/);
      const swatches = (text.match(/<svg /g) ?? []).length - 2; // the file's own, and the picture
      assert.ok(swatches >= least, `${swatches} entries of a key`);
      const png = await taken(page, () => page.getByRole("button", { name: /^PNG: / }).first().click());
      const [at1, at2] = [await drawn(svg.bytes, "image/svg+xml"), await drawn(png.bytes, "image/png")];
      assert.deepEqual([at2.width, at2.height], [2 * at1.width, 2 * at1.height]);
      assert.ok(at1.width >= 800, `${at1.width} px wide`);
      assert.equal(at2.right, 0, "something is cut at the right edge");
      assert.equal(at2.foot, 0, "something is cut at the foot");
      assert.ok(at2.all > 5000);
      await page.close();
    });

const BEGINS = {
  "globo_brief.pdf": "%PDF-",
  "globo_report.html": "<!doctype html>",
  "globo_scenario.xlsx": "PK",
  "globo_scenario.csv": "scenario,place_kind,place_code,place,year,quantity,unit,p05,p50,p95,baseline",
  "globo_scenario.parquet": "PAR1",
  "globo_scenario.geojson": '{"type":"FeatureCollection"',
  "globo_scenario.yaml": "name: ",
  "globo_scenario.py": '"""',
  "globo_scenario.json": "{",
};
test("the menu hands out every file whole, and a brief only of a scenario", async () => {
  const page = await open(browser, `lang=es&view=map&${QUERY}`);
  const menu = page.getByRole("button", { name: "Descargar" });
  const links = page.locator("#downloads a");
  const names = [];
  for (let i = 0; i < Object.keys(BEGINS).length; i++) {
    await menu.click();
    const file = await taken(page, () => links.nth(i).click());
    const head = file.bytes.subarray(0, BEGINS[file.name].length).toString("latin1");
    assert.equal(head, BEGINS[file.name], file.name);
    names.push(file.name);
  }
  assert.deepEqual(names, Object.keys(BEGINS));
  assert.deepEqual(page.complaints, []);
  await menu.click();
  assert.equal(await links.count(), names.length);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Volver a hoy" }).click();
  await menu.click();
  assert.equal(await links.count(), names.length - 1);
  assert.equal(await links.filter({ hasText: "Resumen de una página" }).count(), 0);
  await page.close();
});

for (const lang of ["es", "en"])
  test(`on paper the flows reach their markets and no picture is cut, in ${lang}`, async () => {
    const page = await open(browser, `lang=${lang}&view=chain&${QUERY}`);
    await page.setViewportSize({ width: 703, height: 1000 }); // A4 less its margins
    await page.emulateMedia({ media: "print" });
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll("#view svg.picture, #view svg.picture text, #finding")]
        .map((part) => ({ what: part.textContent.slice(0, 40), right: part.getBoundingClientRect().right }))
        .filter(({ right }) => right > innerWidth + 1),
    );
    assert.deepEqual(cut, []);
    const sankey = await page.locator("#view .scroll svg.picture").first().textContent();
    for (const market of lang === "es" ? ["Europa", "América del Norte"] : ["Europe", "North America"]) assert.ok(sankey.includes(market), market);
    await page.pdf({ path: `${RESULTS}chain-${lang}.pdf`, preferCSSPageSize: true });
    await page.close();
  });
