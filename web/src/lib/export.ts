/** Pictures and tables as files. */

import type { Cell } from "./table";

const NAMESPACE = "http://www.w3.org/2000/svg";
const MARGIN = 16;
const FONT = "Source Sans 3, Segoe UI, Helvetica, Arial, sans-serif";

/** A picture with its title above and its source below, as SVG text. */
export function framed(picture: SVGSVGElement, title: string, about: string, foot: string): string {
  const box = picture.viewBox.baseVal;
  const [width, height] = [box.width + 2 * MARGIN, box.height + 110];
  const out = document.createElementNS(NAMESPACE, "svg");
  out.setAttribute("xmlns", NAMESPACE);
  out.setAttribute("viewBox", `0 0 ${width} ${height}`);
  out.setAttribute("width", String(width));
  out.setAttribute("height", String(height));
  out.setAttribute("font-family", FONT);
  const ground = document.createElementNS(NAMESPACE, "rect");
  set(ground, { width, height, fill: "#ffffff" });
  out.append(ground, line(title, 30, 17, "#16202b", 600), line(about, 51, 13, "#4c5966"), line(foot, height - 14, 11, "#66727e"));
  const inner = picture.cloneNode(true) as SVGSVGElement;
  set(inner, { x: MARGIN, y: 64, width: box.width, height: box.height });
  inner.removeAttribute("class");
  inner.querySelectorAll("[data-screen-only]").forEach((node) => node.remove());
  out.append(inner);
  return new XMLSerializer().serializeToString(out);
}

function line(text: string, y: number, size: number, fill: string, weight = 400): SVGTextElement {
  const node = document.createElementNS(NAMESPACE, "text");
  set(node, { x: MARGIN, y, "font-size": size, fill, "font-weight": weight });
  node.textContent = text;
  return node;
}

function set(node: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
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
