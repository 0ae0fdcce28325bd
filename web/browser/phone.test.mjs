/** On a phone: a picture at once, the answer in sight, room for fingers, a tour that hides nothing. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, VIEWS, WIDTHS } from "./open.mjs";

const STORY = "lang=es&eradication_budget=35000&eradication_where@VRAEM=1&story=vraem";
const FINGER = 44;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const narrow = (query) => open(browser, query, { size: "narrow" });

/** How many pixels of an element are in sight: within the window and under nothing. */
const inSight = (page, selector) =>
  page.evaluate((s) => {
    const box = document.querySelector(s).getBoundingClientRect();
    const x = box.left + box.width / 2;
    const seen = (y) => y >= 0 && y < innerHeight && document.querySelector(s).contains(document.elementFromPoint(x, y));
    return Array.from({ length: Math.ceil(box.height) }, (_, i) => box.top + i).filter(seen).length;
  }, selector);

test("the first screen holds the finding and a good part of the map", async () => {
  const page = await narrow(STORY);
  assert.ok((await inSight(page, "#finding")) > 60);
  assert.ok((await inSight(page, "svg.map")) > 240, `${await inSight(page, "svg.map")} px of the map`);
  await page.close();
});

test("the sheet of levers leaves the answer in sight", async () => {
  const page = await narrow(STORY);
  await page.locator(".opener").click();
  await page.locator(".levers.open").waitFor();
  const whole = (await page.locator("#finding").boundingBox()).height;
  assert.ok((await inSight(page, "#finding")) >= whole * 0.9);
  await page.close();
});

test("text is not repeated at the head of every tab", async () => {
  const page = await narrow(STORY);
  for (const view of VIEWS.slice(1)) {
    await page.locator(`#tab-${view}`).click();
    const { height } = await page.locator(".summary").boundingBox();
    assert.ok(height < 260, `${view}: ${height} px of words before the first picture`);
    assert.equal(await page.locator(".summary .rest").isVisible(), false);
  }
  await page.getByRole("button", { name: "Leer la respuesta entera" }).click();
  assert.equal(await page.locator(".summary .rest").isVisible(), true);
  await page.close();
});

test("what a finger is to hit is 44 px each way", async () => {
  const page = await narrow(STORY);
  const small = () =>
    page.evaluate((least) => {
      const found = [];
      for (const part of document.querySelectorAll("button, select, input, a[href], summary, [role=tab], .side g[role=button]")) {
        if (!part.checkVisibility() || part.closest("footer, .seen-by-readers-only") || part.matches(".skip")) continue;
        const box = part.getBoundingClientRect();
        const after = getComputedStyle(part, "::after");
        const reach = after.content !== "none" && after.position === "absolute" ? [parseFloat(after.width), parseFloat(after.height)] : [0, 0];
        const [width, height] = [Math.max(box.width, reach[0]), Math.max(box.height, reach[1])];
        if (width < least - 0.5 || height < least - 0.5) found.push(`${part.outerHTML.slice(0, 90)} ${Math.round(width)}x${Math.round(height)}`);
      }
      return found;
    }, FINGER);
  assert.deepEqual(await small(), []);
  await page.locator(".opener").click();
  await page.locator(".levers.open").waitFor();
  assert.deepEqual(await small(), []);
  await page.close();
});

for (const size of Object.keys(WIDTHS)) {
  test(`the tour hides nothing that it explains, ${size}`, async () => {
    const page = await open(browser, STORY, { size });
    await page.getByRole("button", { name: "Recorrido", exact: true }).click();
    for (let stop = 1; stop <= 7; stop++) {
      await page.waitForFunction((n) => document.querySelector(".card .count")?.textContent.startsWith(`${n} /`), stop);
      await page.waitForTimeout(200);
      const [card, ring] = [await page.locator(".card[role=dialog]").boundingBox(), await page.locator(".ring").boundingBox()];
      assert.ok(ring.height >= 40, `stop ${stop}: the ring is ${ring.height} px high`);
      const apart = card.y + card.height <= ring.y || ring.y + ring.height <= card.y || card.x + card.width <= ring.x || ring.x + ring.width <= card.x;
      assert.ok(apart, `stop ${stop}: ${JSON.stringify({ card, ring })}`);
      assert.ok(card.y >= 0 && card.y + card.height <= WIDTHS[size].height, `stop ${stop}: the card leaves the window`);
      await page.keyboard.press("ArrowRight");
    }
    await page.close();
  });
}
