import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { LANGS, launch, open, outside, RESULTS, VIEWS, WIDTHS } from "./open.mjs";

const MOVED = "eradication_budget=35000&eradication_where@VRAEM=1&focus=VRAEM";
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

async function serious(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter((v) => ["serious", "critical"].includes(v.impact))
    .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`);
}

/** Keep a picture of the whole page; what sticks to the window would hide what is under it. */
async function whole(page, name) {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(() => {
    for (const part of document.querySelectorAll("body *")) if (/sticky|fixed/.test(getComputedStyle(part).position)) part.style.position = "static";
  });
  await page.screenshot({ path: `${RESULTS}${name}.png`, fullPage: true });
}

/** Words and figures of pictures that stand beyond their picture's sides: a minus cut off makes another number. */
const cut = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("#view svg.picture text")]
      .map((part) => ({ what: part.textContent, part: part.getBoundingClientRect(), whole: part.closest("svg").getBoundingClientRect() }))
      .filter(({ part, whole }) => part.width && (part.left < whole.left - 0.5 || part.right > whole.right + 0.5))
      .map(({ what }) => what),
  );

for (const lang of Object.keys(LANGS)) {
  for (const size of Object.keys(WIDTHS)) {
    test(`every view in ${lang}, ${size}: nothing serious for axe, no words missing, nothing beside the page`, async () => {
      for (const view of VIEWS) {
        const page = await open(browser, `lang=${lang}&view=${view}&${MOVED}`, { size, lang });
        assert.deepEqual(await serious(page), [], view);
        const text = await page.evaluate(() => document.body.innerText);
        assert.doesNotMatch(text, /page\.\w|\bundefined\b|NaN|\{\w+\}|chart\.|summary\.|\bunit\./, view);
        const beside = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(beside <= 0, `${view} is ${beside} px too wide`);
        assert.deepEqual(await cut(page), [], view);
        assert.deepEqual(page.complaints, [], view);
        assert.deepEqual(outside(page), [], view);
        await whole(page, `${view}-${lang}-${size}`);
        await page.close();
      }
    });
  }
}

const WORDS = {
  es: { downloads: "Descargar", tour: "Recorrido", table: /^Tabla/ },
  en: { downloads: "Download", tour: "Tour", table: /^Table/ },
};
const OPENED = {
  levers: async (page) => {
    if (await page.locator(".opener").isVisible()) {
      await page.locator(".opener").click();
      await page.locator(".levers.open").waitFor();
    }
    await page.locator(".lever .about").first().click();
  },
  evidence: (page) => page.locator(".source").first().click(),
  downloads: (page, words) => page.getByRole("button", { name: words.downloads }).click(),
  tour: (page, words) => page.getByRole("button", { name: words.tour, exact: true }).click(),
  table: (page, words) => page.getByRole("button", { name: words.table }).first().click(),
};

/** Each language and each width once: all four of every view are looked at above. */
const SIZES = { es: ["narrow"], en: ["wide"] };
for (const lang of Object.keys(LANGS)) {
  for (const size of SIZES[lang]) {
    test(`levers, evidence, downloads, tour, table and comparison in ${lang}, ${size}: nothing serious for axe`, async () => {
      for (const [name, step] of Object.entries(OPENED)) {
        const page = await open(browser, `lang=${lang}`, { size, lang });
        await step(page, WORDS[lang]);
        await page.waitForTimeout(500);
        assert.deepEqual(await serious(page), [], name);
        await page.screenshot({ path: `${RESULTS}${name}-${lang}-${size}.png` });
        await page.close();
      }
      const page = await open(browser, `lang=${lang}&eradication_budget=35000&vs&vs.air_interdiction=0`, { size, lang });
      await page.waitForFunction(() => document.querySelectorAll("svg.map").length === 2);
      assert.deepEqual(await serious(page), []);
      await whole(page, `compare-${lang}-${size}`);
      await page.close();
    });
  }

  test(`it prints without buttons in ${lang}`, async () => {
    const page = await open(browser, `lang=${lang}&${MOVED}`, { lang });
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".levers").isVisible(), false);
    assert.equal(await page.locator(".tabs").isVisible(), false);
    assert.equal(await page.locator("#finding").isVisible(), true);
    await page.pdf({ path: `${RESULTS}map-${lang}.pdf`, format: "A4" });
    await page.screenshot({ path: `${RESULTS}print-${lang}.png`, fullPage: true });
    await page.close();
  });
}
