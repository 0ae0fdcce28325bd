/**
 * Ten strangers' tasks: each a question, the steps of somebody who has never seen the page, and what it answers.
 *
 * `make tasks` prints them as docs/tasks.md; a step that cannot be done ends it with its error.
 */

import { readFileSync, statSync } from "node:fs";
import { launch, open, RESULTS, settled } from "./open.mjs";
import { served } from "./run.mjs";

const finding = (page) => page.locator("#finding").innerText();
const tell = async (page) => `${await page.locator(".tell").first().innerText()} ${await finding(page)}`;
const tab = async (page, name) => page.getByRole("tab", { name }).click();
const typed = (page, name) => page.getByLabel(name).first();
const cells = async (row) => (await row.locator("th, td").allInnerTexts()).join(" · ");

async function firstStory(page) {
  await page.locator(".stories button").first().click();
  await settled(page);
}

async function write(page, name, value) {
  await typed(page, name).fill(String(value));
  await page.keyboard.press("Enter");
  await settled(page);
}

async function taken(page, menu, label) {
  await page.getByRole("button", { name: menu }).click();
  const link = page.locator("#downloads a", { hasText: label }).first();
  const [file] = await Promise.all([page.waitForEvent("download", { timeout: 300_000 }), link.click()]);
  const path = `${RESULTS}task-${file.suggestedFilename()}`;
  await file.saveAs(path);
  return path;
}

const TASKS = [
  {
    asked: "Which measure lowers coca in the VRAEM for the least money without raising the Huallaga's?",
    lang: "en",
    steps: ["Spending and forest", "One measure alone: lower coca in VRAEM, without raising it in Huallaga"],
    async answer(page) {
      await tab(page, "Spending and forest");
      await page.getByLabel("Lower coca in").selectOption("VRAEM");
      await page.getByLabel("without raising it in").selectOption("Huallaga");
      return page.locator(".budget p.best").innerText();
    },
  },
  {
    asked: "¿Qué compran 200 millones de dólares al año?",
    lang: "es",
    steps: ["Gasto y bosque", "Con mi presupuesto: 200 M"],
    async answer(page) {
      await tab(page, "Gasto y bosque");
      await page.locator(".budget .money input").fill("200");
      const measures = await page.locator(".budget ul.measures").first().locator("li").allInnerTexts();
      return `${await page.locator(".budget p.answer").innerText()} ${measures.join("; ")}`;
    },
  },
  {
    asked: "Brigades enter the VRAEM: where does it bulge?",
    lang: "en",
    steps: ["the first story"],
    async answer(page) {
      await firstStory(page);
      return tell(page);
    },
  },
  {
    asked: "¿Dónde se espera más coca, y acertaron antes estos pronósticos?",
    lang: "es",
    steps: ["Zonas", "Lo que viene"],
    async answer(page) {
      await tab(page, "Zonas");
      const coming = page.locator(".coming");
      await coming.getByRole("button", { name: /^Tabla: / }).click();
      const first = await cells(coming.locator("tbody tr").first());
      return `${first}. ${await coming.locator("p.small").innerText()}`;
    },
  },
  {
    asked: "How much coca is in Pichari, who says so, and what would happen without eradication?",
    lang: "en",
    query: "eradication_budget=0",
    steps: ["search: pichari", "its card"],
    async answer(page) {
      await page.locator(".search input").fill("pichari");
      await page.keyboard.press("Enter");
      const card = page.getByRole("dialog");
      await card.locator("tbody tr").first().waitFor();
      const lines = (await card.innerText()).split("\n").filter((line) => line.trim());
      const surveys = await card.locator("tbody tr").allInnerTexts();
      return [...lines.slice(0, 9), ...surveys.slice(0, 2)].join(" / ");
    },
  },
  {
    asked: "¿Qué cambia con 34 000 hectáreas erradicadas al año frente a 10 000?",
    lang: "es",
    steps: ["escribir 10 000", "Guardar este escenario", "escribir 34 000", "comparar"],
    async answer(page) {
      const budget = /^Escribir el valor: Coca erradicada/;
      await write(page, budget, 10000);
      await page.getByRole("button", { name: "Guardar este escenario" }).click();
      await write(page, budget, 34000);
      await page.getByRole("button", { name: /» frente a «/ }).click();
      await settled(page);
      return finding(page);
    },
  },
  {
    asked: "What decides that answer, and what of it is only assumed?",
    lang: "en",
    steps: ["the first story", "What we don't know"],
    async answer(page) {
      await firstStory(page);
      await tab(page, "What we don't know");
      await page.locator("#view h3").first().waitFor();
      const lines = (await page.locator("#view").innerText()).split("\n").filter((line) => line.trim());
      return lines.slice(1, 14).join(" / ");
    },
  },
  {
    asked: "Una página para la ministra, en español.",
    lang: "es",
    steps: ["la primera historia", "Descargar", "Resumen de una página"],
    async answer(page) {
      await firstStory(page);
      const path = await taken(page, "Descargar", "Resumen de una página");
      const pages = readFileSync(path).toString("latin1").match(/\/Type \/Page\b/g).length;
      return `${path.split("/").pop()}: ${Math.round(statSync(path).size / 1024)} kB, ${pages} página`;
    },
  },
  {
    asked: "I work in R: the figures, a row each, with intervals and the baseline.",
    lang: "en",
    query: "eradication_budget=0",
    steps: ["Download", "Data (CSV)"],
    async answer(page) {
      const path = await taken(page, "Download", "Data (CSV)");
      const lines = readFileSync(path, "utf8").trim().split("\n");
      const row = lines.find((line) => line.includes(",coca_ha,") && line.includes("VRAEM"));
      return `${lines.length - 1} rows; ${lines[0].trim()}; ${(row ?? lines[1]).trim()}`;
    },
  },
  {
    asked: "¿Cuánto se equivocó antes, y sobre qué evidencia se sostiene la cifra del VRAEM?",
    lang: "es",
    steps: ["Mapa", "Fuentes y supuestos", "página de al lado: cuánto se equivocó"],
    async answer(page) {
      const source = page.locator("#view .source").first();
      await source.click();
      const dialog = page.getByRole("dialog");
      await dialog.locator("h3").first().waitFor();
      const evidence = (await dialog.innerText()).split("\n").filter((line) => line.trim()).slice(0, 6).join(" / ");
      await page.goto(new URL("about.es.html", process.env.GLOBO_URL).href);
      const heading = page.getByRole("heading", { name: /equivoc/i }).first();
      const wrong = await heading.evaluate((h) => {
        let told = "";
        for (let at = h.nextElementSibling; at && told.length < 500; at = at.nextElementSibling) told += ` ${at.textContent.replace(/\s+/g, " ").trim()}`;
        return told.slice(0, 500);
      });
      return `${evidence} — ${wrong.trim()}…`;
    },
  },
];

const { url, end } = await served();
process.env.GLOBO_URL = url;
const browser = await launch();
const out = ["<!-- Made by `make -s tasks > docs/tasks.md` -->", "# Ten strangers' tasks", "Each question is put to the page in a real browser, by the steps that somebody takes who sees it for the first time; what it answers is copied as it stands, whether it pleases or not."];
try {
  for (const [i, task] of TASKS.entries()) {
    const page = await open(browser, `lang=${task.lang}&${task.query ?? ""}`, { lang: task.lang });
    const began = performance.now();
    const said = (await task.answer(page)).replace(/\s+/g, " ").trim();
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    await page.screenshot({ path: `${RESULTS}task-${i + 1}.png` });
    if (page.complaints.length) throw new Error(`${task.asked}: ${page.complaints.join("; ")}`);
    out.push(`## ${i + 1}. ${task.asked}`, `Steps: ${task.steps.join(" → ")} (${seconds} s)`, `> ${said}`);
    await page.close();
  }
  console.log(out.join("\n\n"));
} finally {
  await browser.close();
  end();
}
