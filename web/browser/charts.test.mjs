/** Charts say what they show: marks that stand apart, scales in words, no rows of nothing, flows that differ. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, VIEWS } from "./open.mjs";

const MOVED = "lang=es&eradication_budget=35000&eradication_where@VRAEM=1";
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test("the words along an axis do not run into each other", async () => {
  for (const show of ["level", "difference"]) {
    for (const view of VIEWS.slice(0, 5)) {
      const page = await open(browser, `${MOVED}&view=${view}&show=${show}`);
      const collisions = await page.evaluate(() =>
        [...document.querySelectorAll("#view figure svg.picture:not(.map)")].flatMap((svg) => {
          const marks = [...svg.querySelectorAll('text[fill="#66727e"]')].map((node) => ({ text: node.textContent, box: node.getBoundingClientRect() }));
          return marks.flatMap((a, i) => marks.slice(i + 1).filter((b) => a.box.left < b.box.right - 1 && b.box.left < a.box.right - 1 && a.box.top < b.box.bottom - 4 && b.box.top < a.box.bottom - 4).map((b) => `${a.text}|${b.text}`));
        }),
      );
      assert.deepEqual(collisions, [], `${view}, ${show}`);
      await page.close();
    }
  }
});

test("small multiples say that their scales differ, and can share one", async () => {
  const page = await open(browser, `${MOVED}&view=zones&show=level`);
  const tops = () => page.evaluate(() => [...document.querySelectorAll("#view figure svg.picture")].slice(1).map((svg) => [...svg.querySelectorAll('text[text-anchor="end"]')].map((node) => node.textContent).join(" ").replace(/ 20\d\d/g, "")).filter((marks) => /^\d/.test(marks))); // the ranking of zones has words
  assert.ok(new Set(await tops()).size > 3);
  assert.match(await page.locator(".scale").innerText(), /propia escala/);
  await page.getByLabel("Misma escala en todos").check();
  assert.equal(new Set(await tops()).size, 1);
  await page.close();
});

test("what is nothing in every year is a sentence, and firms are two charts", async () => {
  const page = await open(browser, `${MOVED}&view=costs&show=difference`);
  const flat = await page.locator("#view .flat").allTextContents();
  assert.ok(flat.some((words) => /sin diferencia con la línea de base/.test(words)), flat.join());
  assert.match(await page.locator("#view").innerText(), /solo lo que se añade a los programas de hoy/);
  await page.locator("#tab-people").click();
  assert.equal(await page.locator("#view figure", { hasText: /^(Empresas|Concentración), 2035/ }).count(), 2);
  await page.close();
});

test("flows follow Level and Difference, and every colour is in the key", async () => {
  const page = await open(browser, `${MOVED}&view=chain&show=level`);
  const strokes = () => page.evaluate(() => [...new Set([...document.querySelectorAll(".scroll svg path")].map((path) => path.getAttribute("stroke")))]);
  const key = () => page.evaluate(() => [...document.querySelectorAll(".modes rect")].map((rect) => rect.getAttribute("fill")));
  const [levels, told] = [await strokes(), await key()];
  assert.deepEqual(levels.filter((colour) => !told.includes(colour)), []);
  await page.getByRole("button", { name: "Diferencia", exact: true }).click();
  const differences = await strokes();
  assert.deepEqual(differences.filter((colour) => !["#b35806", "#542788", "#7d8793"].includes(colour)), []);
  assert.ok(differences.length > 1);
  assert.match(await page.locator(".modes").innerText(), /más[\s\S]*menos[\s\S]*casi igual/);
  await page.close();
});
