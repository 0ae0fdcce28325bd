/** Pictures and tables as files: whole titles, a key, the caution and the page's own letters. */

import sans from "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2?url";
import type { Cell } from "./table";

const NAMESPACE = "http://www.w3.org/2000/svg";
const FAMILY = "Source Sans 3";
const FONT = `'${FAMILY}', 'Segoe UI', Helvetica, Arial, sans-serif`;
const MARGIN = 24;
/** No picture is published narrower, and small ones are drawn larger, up to here. */
const LEAST_WIDTH = 800;
const LARGEST_SCALE = 1.6;
const SWATCH = 34;
const TITLE = { size: 21, fill: "#16202b", weight: 600 };
const ABOUT = { size: 15, fill: "#4c5966", weight: 400 };
const KEY = { size: 14, fill: "#4c5966", weight: 400 };
const FOOT = { size: 12.5, fill: "#5b6772", weight: 400 };
type Face = typeof TITLE;

/** One entry of a key: a swatch as drawn on the page, and what it is. */
export interface Entry {
  swatch: SVGSVGElement;
  words: string;
}

/** Everything that stands around a picture. */
export interface Frame {
  title: string;
  about: string;
  key: Entry[];
  /** Paragraphs below: the caution, and what made it. */
  foot: string[];
}

/** The entries of a key as it stands on the page. */
export function entriesOf(key: Element | null | undefined): Entry[] {
  const spans = [...(key?.querySelectorAll(":scope > span") ?? [])];
  return spans.flatMap((span) => {
    const swatch = span.querySelector("svg");
    return swatch ? [{ swatch, words: (span.textContent ?? "").trim() }] : [];
  });
}

/** Break a text into lines no wider than there is room, between words. */
export function wrapped(text: string, room: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && measure(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A picture with its title and key above and its caution and source below, as SVG text. */
export function framed(picture: SVGSVGElement, { title, about, key, foot }: Frame, letters = ""): string {
  const box = picture.viewBox.baseVal;
  const scale = Math.min(LARGEST_SCALE, Math.max(1, (LEAST_WIDTH - 2 * MARGIN) / box.width));
  const width = Math.ceil(Math.max(LEAST_WIDTH, box.width * scale + 2 * MARGIN));
  const out = made("svg", { xmlns: NAMESPACE, width, "font-family": FONT });
  if (letters) {
    const style = document.createElementNS(NAMESPACE, "style");
    style.textContent = `@font-face{font-family:'${FAMILY}';font-weight:200 900;src:url(${letters}) format('woff2')}`;
    out.append(style);
  }
  const ground = made("rect", { width, fill: "#ffffff" });
  out.append(ground);
  let y = MARGIN;
  const write = (text: string, face: Face, gap = 4) => {
    const lines = wrapped(text, width - 2 * MARGIN, measured(face));
    lines.forEach((line) => out.append(words(line, MARGIN, (y += face.size * 1.25), face)));
    if (lines.length) y += gap;
  };
  write(title, TITLE);
  write(about, ABOUT);
  if (key.length) y = keyed(out, key, y, width);
  const inner = picture.cloneNode(true) as SVGSVGElement;
  set(inner, { x: MARGIN, y: (y += 10), width: box.width * scale, height: box.height * scale });
  ["class", "style", "role", "aria-label"].forEach((name) => inner.removeAttribute(name));
  inner.querySelectorAll("[data-screen-only]").forEach((node) => node.remove());
  out.append(inner);
  y += box.height * scale + 12;
  foot.forEach((text) => write(text, FOOT, 3));
  const height = Math.ceil(y + MARGIN * 0.7);
  set(ground, { height });
  set(out, { height, viewBox: `0 0 ${width} ${height}` });
  return new XMLSerializer().serializeToString(out);
}

/** Draw a key in rows; returns where it ends. */
function keyed(out: Element, key: Entry[], top: number, width: number): number {
  const measure = measured(KEY);
  let [x, y] = [MARGIN, top + KEY.size * 1.6];
  for (const { swatch, words: text } of key) {
    const wide = SWATCH + measure(text) + 22;
    if (x > MARGIN && x + wide > width - MARGIN) [x, y] = [MARGIN, y + KEY.size * 1.7];
    const drawn = swatch.cloneNode(true) as SVGSVGElement;
    drawn.removeAttribute("class");
    const high = Number(swatch.getAttribute("height")) || 12;
    set(drawn, { x, y: y - KEY.size * 0.36 - high / 2 });
    out.append(drawn, words(text, x + SWATCH, y, KEY));
    x += wide;
  }
  return y + 6;
}

const made = (name: string, attributes: Record<string, string | number>) => {
  const node = document.createElementNS(NAMESPACE, name);
  set(node, attributes);
  return node;
};

function words(text: string, x: number, y: number, face: Face): Element {
  const node = made("text", { x, y, "font-size": face.size, fill: face.fill, "font-weight": face.weight });
  node.textContent = text;
  return node;
}

/** How wide a text is in a face, on this page's canvas. */
function measured({ size, weight }: Face): (text: string) => number {
  const canvas = document.createElement("canvas").getContext("2d")!;
  canvas.font = `${weight} ${size}px ${FONT}`;
  return (text) => canvas.measureText(text).width;
}

function set(node: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
}

let held: Promise<string> | null = null;

/** The page's letters as a data address: a picture that leaves the page takes them along. */
export function letters(): Promise<string> {
  held ??= fetch(sans)
    .then((answer) => answer.blob())
    .then(
      (blob) =>
        new Promise<string>((done) => {
          const reader = new FileReader();
          reader.onload = () => done((reader.result as string).replace(/^data:[^;,]*/, "data:font/woff2"));
          reader.readAsDataURL(blob);
        }),
    )
    .catch(() => ((held = null), ""));
  return held;
}

export function saveText(name: string, text: string, type: string): void {
  save(name, new Blob([text], { type }));
}

/** Draw an SVG at double size and save it as PNG. */
export async function savePng(name: string, svg: string): Promise<void> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width * 2;
    canvas.height = image.height * 2;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (blob) save(name, blob);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A table as CSV: numbers plain, text quoted where it must be. */
export function asCsv(head: string[], rows: Cell[][]): string {
  const cell = (value: Cell) => (typeof value === "number" ? (Number.isFinite(value) ? String(value) : "") : /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
}

function save(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
