import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { LANGS, launch, RESULTS, settled, VIEWS, WIDTHS } from "./open.mjs";
import { folder, openFolder } from "./published.mjs";

/** Of a slider, one after another. */
const MOVES = 20;
const MOVED = "eradication_budget=40000&road_control=6&focus=VRAEM";
const STORY = "eradication_budget=35000&eradication_where@VRAEM=1";
const FIT = { es: /Estimado por un ajuste a \d+ corridas.*\d %/, en: /Estimated by a fit to \d+ runs.*\d%/ };

const skip = existsSync(new URL("../../src/globo/countries/peru/budget.json", import.meta.url)) ? false : "no answer to a budget is stored";

let browser;
let address;
before(async () => {
  address = folder();
  browser = await launch();
});
after(() => browser.close());

const status = (page) => page.locator(".summary .status").innerText();

async function serious(page) {
  // From a disk axe can fetch no style by itself.
  const { violations } = await new AxeBuilder({ page }).options({ preload: false }).analyze();
  return violations.filter((v) => ["serious", "critical"].includes(v.impact)).map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`);
}

for (const lang of Object.keys(LANGS)) {
  for (const size of Object.keys(WIDTHS)) {
    test(`a folder opens from the disk in ${lang}, ${size}: every view, nothing asked of anyone, nothing serious for axe`, async () => {
      for (const view of VIEWS) {
        const page = await openFolder(browser, address, `lang=${lang}&view=${view}&${MOVED}`, { size, lang });
        assert.match(await status(page), FIT[lang], view);
        assert.deepEqual(await serious(page), [], view);
        const text = await page.evaluate(() => document.body.innerText);
        assert.doesNotMatch(text, /page\.\w|\bundefined\b|NaN|\{\w+\}|chart\.|summary\.|\bunit\.|site\./, view);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, view);
        assert.deepEqual(page.complaints, [], view);
        assert.deepEqual(page.asked.filter((url) => !/^(file|data|blob):/.test(url)), [], view);
        assert.equal(await page.evaluate(() => document.fonts.check("16px 'Source Sans 3 Variable'")), true);
        await page.screenshot({ path: `${RESULTS}published-${view}-${lang}-${size}.png`, fullPage: true });
        await page.context().close();
      }
    });
  }
}

test("a story is the simulator's own answer and says so; one more lever is an estimate and says so", async () => {
  const page = await openFolder(browser, address, `lang=en&${STORY}`, { lang: "en" });
  assert.match(await status(page), /draws with the same luck/);
  await page.goto(`${address}?lang=en&${STORY}&road_control=4`);
  await page.waitForSelector("#view");
  await settled(page);
  assert.match(await status(page), FIT.en);
  await page.context().close();
});

test("each move of a slider is followed by its own picture, and asks nobody", async () => {
  const page = await openFolder(browser, address, "lang=en&view=map&eradication_budget=30000", { lang: "en" });
  const asked = page.asked.length;
  const slider = page.locator(".levers input[type=range]").first();
  const said = new Set();
  for (let i = 0; i < MOVES; i++) {
    const before = await page.locator(".summary").getAttribute("data-levers");
    await slider.fill(String(20 + ((i * 37) % 60)));
    await page.waitForFunction((was) => document.querySelector(".summary").dataset.levers !== was, before);
    await settled(page);
    assert.match(await status(page), FIT.en);
    said.add(await page.locator(".summary").innerText());
  }
  assert.ok(said.size > MOVES / 2, `${said.size} findings after ${MOVES} moves`);
  // the browser looks for the icon again whenever the address changes
  assert.deepEqual(page.asked.slice(asked).filter((url) => !url.endsWith("/icon.svg")), []);
  await page.context().close();
});

test("the card of a district and the evidence open without a server", async () => {
  const page = await openFolder(browser, address, "lang=en", { lang: "en" });
  await page.locator(".source").first().click();
  await page.getByRole("dialog").getByText(/20\d\d/).first().waitFor(); // once the sources are looked up
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a budget is answered by a portfolio, which the page then shows as the simulator answers it", { skip }, async () => {
  const page = await openFolder(browser, address, "lang=en&view=costs", { lang: "en" });
  const budget = page.locator(".budget");
  const answer = () => budget.locator(".answer").innerText();
  assert.match(await answer(), /costs \d+.*today's measures/);
  await budget.locator("input[type=range]").fill("0");
  assert.match(await answer(), /No portfolio that was found costs so little/);
  await budget.locator("input[type=range]").fill("250");
  await budget.getByRole("button", { name: "See this portfolio on the page" }).click();
  await settled(page);
  assert.match(await status(page), /draws with the same luck/);
  assert.ok(new URL(page.url()).search.length > 60, page.url());
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("which measure lowers coca in the VRAEM for the least money without raising the Huallaga's", { skip }, async () => {
  const page = await openFolder(browser, address, "lang=en&view=costs", { lang: "en" });
  const [lowered, spared] = await page.locator(".budget .zones select").all();
  await lowered.selectOption("VRAEM");
  await spared.selectOption("Huallaga");
  const said = await page.locator(".budget p.best").innerText();
  console.log(said);
  assert.match(said, /in VRAEM.*in Huallaga/);
  assert.ok((await page.locator(".budget table").last().locator("tbody tr").count()) > 5);
  await page.context().close();
});

test("a combination that the folder cannot answer is said to be one", { skip }, async () => {
  const page = await openFolder(browser, address, "lang=en&view=costs", { lang: "en" });
  await page.locator(".budget").getByRole("button", { name: "See this portfolio on the page" }).click();
  await settled(page);
  const moved = new URL(page.url());
  moved.searchParams.set("coffee_price", "0.5");
  await page.goto(moved.href);
  await page.locator(".summary .trouble").waitFor();
  assert.match(await page.locator(".summary .trouble").innerText(), /does not answer this combination/);
  await page.context().close();
});

test("what is coming stands among the zones, and districts are not ranked", async () => {
  const page = await openFolder(browser, address, "lang=en&view=zones", { lang: "en" });
  await page.locator(".coming p").first().waitFor();
  assert.match(await page.locator(".coming").innerText(), /scored when the survey comes.*Districts are not ranked/s);
  await page.context().close();
});

test("one chart stands alone in a frame, with a way to the whole page", async () => {
  const page = await openFolder(browser, address, `lang=es&view=chain&embed=globo-flows&${STORY}`);
  await page.locator("figure.embedded svg").first().waitFor();
  assert.equal(await page.locator("header").isVisible(), false);
  assert.equal(await page.locator("#finding").isVisible(), false);
  const whole = await page.locator("figure.embedded a").getAttribute("href");
  assert.ok(whole.startsWith(address) && !whole.includes("embed"), whole);
  assert.deepEqual(await serious(page), []);
  await page.screenshot({ path: `${RESULTS}published-embed.png` });
  await page.context().close();
});

test("a link copied from a disk says that it opens on this machine alone; Back undoes a move", async () => {
  const page = await openFolder(browser, address, "lang=en&eradication_budget=30000", { lang: "en" });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]).catch(() => {});
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByRole("button", { name: /opens on this machine alone/ }).waitFor();
  await page.locator(".levers input[type=range]").first().focus();
  await page.keyboard.press("ArrowRight");
  await settled(page);
  assert.notEqual(new URL(page.url()).searchParams.get("eradication_budget"), "30000");
  await page.goBack();
  await settled(page);
  assert.equal(new URL(page.url()).searchParams.get("eradication_budget"), "30000");
  await page.context().close();
});

test("a story tells why from its file, and an estimate does not offer to", async (t) => {
  const page = await openFolder(browser, address, `lang=en&${STORY}`, { lang: "en" });
  const isStored = await page.evaluate(() => globalThis.globo.site.stored.some(({ why }) => why));
  if (!isStored) return t.skip("this folder was published without why");
  await page.getByRole("button", { name: /^Why\?/ }).click();
  await page.locator(".why h2").waitFor();
  assert.match(await page.locator(".why li").first().textContent(), /^Of [\d,]+ ha/);
  await page.goto(`${address}?lang=en&${STORY}&road_control=4`);
  await settled(page);
  assert.equal(await page.locator(".why").count(), 0);
  await page.context().close();
});
