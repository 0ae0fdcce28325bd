import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { finding } from "./finding";
import { question } from "./questions";
import { assumedWords, changesWords, controlWords, costWords, leftOutWords, policyWords, valueWords } from "./summary";
import type { Baseline, Control, Picture, Sent, Texts, Words } from "./types";
import { speech } from "./words";

const read = (lang: string) => JSON.parse(readFileSync(new URL(`../../../src/globo/texts/${lang}.json`, import.meta.url), "utf8")) as Words;
const texts: Texts = { es: read("es"), en: read("en"), variables: {} };
const en = speech(texts, "en");
const es = speech(texts, "es");

/** Three zones, one year of history and one of future. */
const ZONES = ["VRAEM", "Huallaga", "Putumayo"];
const five = (values: number[]) => [0.8, 0.9, 1, 1.1, 1.2].flatMap((k) => values.map((v) => v * k));
const baseline = {
  years: [2017, 2018],
  present: 2017,
  draws: 64,
  places: { zone: ZONES, country: ["Peru"] },
  arrays: {
    "coca_ha|zone": { unit: "ha", shape: [5, 2, 3], level: five([20000, 5000, 1000, 20000, 5000, 1000]) },
    "coca_ha|country": { unit: "ha", shape: [5, 2, 1], level: five([26000, 26000]) },
  },
} as unknown as Baseline;

function picture(zones: [number, number][], country: [number, number, number, number], share: (number | null)[], draws = 64): Picture {
  const sent = (delta: number[], up: number[], n: number): Sent => ({ unit: "ha", shape: [5, 1, n], level: five(Array(n).fill(1)), delta, up });
  return {
    draws,
    of: 64,
    failed: 0,
    years: [2018],
    start: 2018,
    levers: { eradication_budget: 1 },
    against: null,
    arrays: {
      "coca_ha|zone": sent([0.5, 1, 1.5].flatMap((k) => zones.map(([mid]) => mid * k)), zones.map(([, up]) => up), 3),
      "coca_ha|country": sent(country.slice(0, 3), [country[3]], 1),
    },
    bulge: {
      falls: [zones.flatMap(([mid, up], z) => (mid < -50 && up < 0.34 ? [z] : []))],
      grows: [zones.flatMap(([mid, up], z) => (mid > 50 && up > 0.66 ? [z] : []))],
      removed: [1, 1, 1],
      elsewhere: [1, 1, 1],
      share,
    },
    unknowns: null,
  };
}

describe("the finding", () => {
  it("names where it falls, where it grows, and how likely", () => {
    const found = finding(en, baseline, picture([[-4000, 0.02], [0, 0.5], [300, 0.8]], [-9000, -3700, -200, 0.04], [0.05, 0.1, 0.2]), 2018);
    expect(found.headline).toBe("By 2018, less coca in the VRAEM (−4,000\u00a0ha, very likely); more in the Putumayo (+300\u00a0ha, likely).");
    expect(found.country).toBe("In the whole country it falls by 3,700\u00a0ha (−9,000 to −200), very likely.");
    expect(found.bulge).toBe("Of every 100 ha that go where coca falls, 10 reappear elsewhere (5 to 20).");
  });
  it("says when a difference is smaller than its uncertainty", () => {
    const found = finding(es, baseline, picture([[-4000, 0.5], [0, 0.5], [300, 0.55]], [-9000, -100, 9000, 0.48], [null, null, null]), 2018);
    expect(found.headline).toContain("no cambia con claridad en ninguna zona");
    expect(found.country).toContain("menor que su incertidumbre");
    expect(found.bulge).toBe("");
  });
  it("does not hide a share below 0 or above 1", () => {
    const told = (share: number[]) => finding(en, baseline, picture([[-4000, 0.02], [0, 0.5], [300, 0.8]], [-9, -3, 2, 0.4], share), 2018).bulge;
    expect(told([0.5, 2.5, 9])).toBe("Of every 100 ha that go where coca falls, 250 reappear elsewhere (50 to 900). More grows than goes.");
    expect(told([-0.4, -0.1, 0.2])).toContain("−10 reappear elsewhere (−40 to 20). Elsewhere coca falls too.");
  });
  it("names the zones that the server names, by its rule alone", () => {
    const sent = picture([[-400, 0.1], [300, 0.9], [200, 0.9]], [-9, -3, 2, 0.4], [0, 0, 0]);
    sent.bulge.grows = [[1]];
    const found = finding(en, baseline, sent, 2018).headline;
    expect(found).toContain("Huallaga");
    expect(found).not.toContain("Putumayo");
  });
  it("of a few runs names one place, with no interval and no likelihood", () => {
    const [lead, second] = [[-4000, 0], [-900, 0]] as [number, number][];
    const early = finding(en, baseline, picture([lead, second, [300, 0.75]], [-9000, -3700, -200, 0], [0.05, 0.1, 0.2], 4), 2018);
    expect(early.headline).toBe("By 2018, less coca in the VRAEM (about −4,000\u00a0ha).");
    expect([early.country, early.bulge]).toEqual(["", ""]);
    const full = finding(en, baseline, picture([lead, second, [300, 0.75]], [-9000, -3700, -200, 0], [0.05, 0.1, 0.2], 16), 2018);
    expect(full.headline).toContain("very likely");
    expect(full.bulge).toContain("5 to 20");
  });
  it("answers what the story asks, in its unit", () => {
    const exits = ["Callao", "Bolivia air"];
    const asked = { ...baseline, places: { ...baseline.places, exit: exits }, arrays: { ...baseline.arrays, "flow_t|exit": { unit: "t", shape: [3, 2, 2], level: Array(12).fill(90) } } } as unknown as Baseline;
    const told = picture([[-4000, 0.02], [0, 0.5], [300, 0.8]], [-9000, -3700, -200, 0.04], [0.05, 0.1, 0.2]);
    told.arrays["flow_t|exit"] = { unit: "t", shape: [3, 1, 2], level: Array(6).fill(90), delta: [-20, 5, -15, 9, -5, 12], up: [0.02, 0.99] };
    told.arrays["delivered_t|country"] = { unit: "t", shape: [5, 1, 1], level: five([1]), delta: [-3, -2, -1], up: [0.01] };
    const { headline, country } = finding(en, asked, told, 2018, "exits");
    expect(headline).toBe("By 2018, less cocaine leaves by Callao (−15\u00a0t, very likely); more by Bolivia by air (+9\u00a0t, very likely).");
    expect(country).toBe("The markets receive 2\u00a0t a year less (−3 to −1), very likely.");
    expect(headline + country).not.toContain(" ha");
  });
  it("leaves out zones that hardly move, however sure", () => {
    const found = finding(en, baseline, picture([[-4000, 0.01], [0, 0.5], [9, 1]], [-9000, -3700, -200, 0.04], [0, 0, 0]), 2018);
    expect(found.headline).not.toContain("Putumayo");
  });
  it("of a policy that has not begun is that nothing differs", () => {
    const later = { ...picture([[0, 0.5], [0, 0.5], [0, 0.5]], [0, 0, 0, 0.5], [null, null, null]), start: 2020 };
    expect(finding(en, baseline, later, 2018).headline).toContain("begin in 2020");
  });
  it("of the baseline is the area and where most of it is", () => {
    const found = finding(en, baseline, null, 2017);
    expect(found.headline).toBe("2017: about 26,000\u00a0ha of coca in Peru, by the model (20,800 to 31,200).");
    expect(found.country).toBe("Most of it in VRAEM, Huallaga and Putumayo.");
  });
});

describe("the policy", () => {
  const control = (key: string, kind: Control["kind"], unit: string, low: number, high: number, today: number): Control => {
    const [lever, place = ""] = key.split("@");
    return { key, lever, place, unit, low, high, default: today, by: "", group: "", kind, price: "nothing", cost: { es: "", en: "" }, source: { es: "", en: "" }, label: { es: lever, en: lever }, meaning: { es: "", en: "" } };
  };
  const budget = control("budget", "amount", "ha/year", 0, 60000, 25000);
  const scan = control("scan@Callao", "share", "share", 0, 1, 0.05);
  const law = control("law", "switch", "0 or 1", 0, 1, 1);
  const table = new Map([budget, scan, law].map((c) => [c.key, c]));

  it("is one sentence with today's values", () => {
    expect(policyWords(en, table, { budget: 30000, "scan@Callao": 0.5 }, 2018)).toBe("From 2018: budget: 30,000 ha a year (today 25,000); scan in Callao: 50% (today 5%).");
    expect(policyWords(en, table, {}, 2018)).toBe("Nothing changed: today's policy goes on.");
  });
  it("unfolds into every change", () => {
    const many = { budget: 1, "scan@Callao": 0.5, law: 0 };
    expect(changesWords(en, table, { ...many, gone: 1 }).map((change) => change.key)).toEqual(Object.keys(many));
  });
  it("tells an index as a multiple of today's", () => {
    const roads = control("roads", "index", "index (2001 = 1)", 0, 100, 1.5);
    expect([3, 1.5, 0].map((value) => valueWords(es, roads, value))).toEqual(["2 veces lo de hoy", "como hoy", "nada"]);
    expect(controlWords(en, roads, 3)).toBe("roads: 2 times today");
  });
  it("says a switch in words", () => {
    expect([valueWords(en, law, 1), valueWords(es, law, 0)]).toEqual(["on", "no"]);
  });
});

describe("what it costs", () => {
  const spent = (low: number, mid: number, high: number, up: number) =>
    ({ years: [2018], draws: 64, arrays: { "spending_usd|country": { unit: "", shape: [5, 1, 1], level: [0, 0, 0, 0, 0], delta: [low, mid, high], up: [up] } } }) as unknown as Picture;
  it("is told as more, as less, or as not known", () => {
    expect(costWords(en, spent(1e6, 2e6, 3e6, 1), 2018)).toBe("The state spends 2\u00a0M USD a year more (+1\u00a0M to +3\u00a0M).");
    expect(costWords(es, spent(-3e6, -2e6, 1e5, 0.1), 2018)).toBe("El Estado gasta 2\u00a0M USD menos al año (entre −3\u00a0M y +100,000).");
    expect(costWords(en, spent(-3e6, 0, 1e5, 0.5), 2018)).toBe("State spending may rise or fall: −3\u00a0M to +100,000 USD a year.");
    expect(costWords(en, spent(0, 0, 0, 0.5), 2018)).toBe("State spending does not change.");
  });
  it("is not told before it is known", () => {
    expect(costWords(en, null, 2018)).toBe("");
    expect(costWords(en, { ...spent(1e6, 2e6, 3e6, 1), draws: 4 }, 2018)).toBe("");
  });
});

describe("what is assumed", () => {
  const unknown = (kind: string) => ({ unit: "", meaning: "a number", source: "", kind });
  const known = { ...baseline, unknowns: { plot_ha: unknown("figures"), camp_ha: unknown("assumed"), new_one: unknown("assumed") } } as Baseline;
  const hinges = (names: string[]) => names.map((name) => ({ name, rho: 0.5 }));
  const told = (names: string[], ask = "coca") =>
    assumedWords(es, known, { ...picture([], [0, 0, 0, 0], []), unknowns: { "coca_ha|country": hinges(names), "armed_acts|country": [] } }, question(ask));
  it("is named where the answer hangs on it, in the reader's words", () => {
    expect(told(["plot_ha", "camp_ha"])).toBe(`Depende de números supuestos, sin fuente que los enseñe: ${es.t("parameter.camp_ha")}.`);
    expect(told(["new_one"])).toContain("a number");
  });
  it("is not named of another question, of what a source teaches, or before all runs are there", () => {
    expect(told(["camp_ha"], "attacks")).toBe("");
    expect(told(["plot_ha"])).toBe("");
    expect(assumedWords(es, known, picture([], [0, 0, 0, 0], []), question("coca"))).toBe("");
  });
});

describe("what no sum of money counts", () => {
  const lever = (name: string, price: string, at = "") => ({ key: at ? `${name}@${at}` : name, lever: name, place: at, price, label: { en: name, es: name } }) as unknown as Control;
  const controls = new Map([lever("escort", "left out", "VRAEM"), lever("escort", "left out", "Huallaga"), lever("roads", "patrol_cost"), lever("aid", "left out")].map((c) => [c.key, c]));
  it("is named once each, for both scenarios of a comparison", () => {
    expect(leftOutWords(en, controls, { "escort@VRAEM": 1, "escort@Huallaga": 1, roads: 5 }, { aid: 1 })).toBe("Spending leaves out, for want of a known price: escort and aid.");
    expect(leftOutWords(es, controls, { aid: 1 }, null)).toMatch(/^El gasto no incluye.*: aid\.$/);
  });
  it("is silent where all is counted", () => expect(leftOutWords(en, controls, { roads: 5 }, null)).toBe(""));
});
