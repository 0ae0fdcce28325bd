/** Why a change: asked by a button, told as it goes, and gone under another question. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LANGS, RESULTS, launch, open, settled } from "./open.mjs";

const ASK = { es: /^¿Por qué\?/, en: /^Why\?/ };
const SAID = { es: "De 900 ha menos en el VRAEM: 900 porque las brigadas erradican más ahí.", en: "Of 900 ha less in the VRAEM: 900 because brigades clear more there." };
const one = (lang) => ({ sentences: [SAID[lang]], hinges: [], rows: [["zone", "change", "brigades"], ["VRAEM", "-900", "-900"]], title: "ha" });
const ANSWER = [{ share: 0 }, { share: 0.5 }, { year: 2035, told: { es: one("es"), en: one("en") } }];

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A page on a story, where the server's answer is given here: the runs take minutes. */
async function asking(lang) {
  const page = await open(browser, `lang=${lang}`, { lang });
  page.sent = [];
  await page.route("**/api/why", (route) => {
    page.sent.push(route.request().postDataJSON());
    return route.fulfill({ contentType: "application/x-ndjson", body: ANSWER.map((line) => JSON.stringify(line)).join("\n") });
  });
  await page.locator(".stories button").first().click();
  await settled(page);
  return page;
}

for (const lang of Object.keys(LANGS)) {
  test(`what a change comes from is told when asked, in ${lang}`, async () => {
    const page = await asking(lang);
    assert.equal(page.sent.length, 0);
    await page.getByRole("button", { name: ASK[lang] }).click();
    await page.locator(".why h2").waitFor();
    assert.equal(await page.locator(".why li").first().textContent(), SAID[lang]);
    assert.doesNotMatch(await page.locator(".why").textContent(), /\{|undefined|NaN|page\.\w/);
    const [{ levers, start, year }] = page.sent;
    assert.ok(Object.keys(levers).length && year >= start);
    await page.locator(".why").screenshot({ path: `${RESULTS}why-${lang}.png` });
    assert.deepEqual(page.complaints, []);
    await page.close();
  });
}

test("the answer goes with its question", async () => {
  const page = await asking("en");
  await page.getByRole("button", { name: ASK.en }).click();
  await page.locator(".why h2").waitFor();
  await page.locator(".stories button").nth(1).click();
  await settled(page);
  assert.equal(await page.locator(".why h2").count(), 0);
  assert.equal(page.sent.length, 1);
  await page.close();
});
