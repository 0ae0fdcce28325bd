import { expect, it } from "vitest";
import { beside, type Box } from "./tourplace";

const apart = (a: Box, b: Box) => a.left + a.width <= b.left || b.left + b.width <= a.left || a.top + a.height <= b.top || b.top + b.height <= a.top;

it.each([
  ["a phone", { width: 390, height: 844, header: 62 }, { width: 366, height: 230 }],
  ["a small phone", { width: 320, height: 560, header: 62 }, { width: 296, height: 250 }],
  ["a laptop", { width: 1280, height: 800, header: 62 }, { width: 340, height: 200 }],
])("on %s the card of the tour hides nothing that it explains, and stays in the window", (_, room, size) => {
  for (const left of [0, 200, 700]) {
    for (const top of [-300, 0, 70, 300, 700]) {
      for (const [width, height] of [[300, 40], [380, 500], [500, 1500]]) {
        const { card, ring } = beside({ left: Math.min(left, room.width - 60), top, width, height }, size, room);
        const box = { ...card, ...size };
        if (ring.height > 0) expect(apart(box, ring), JSON.stringify({ left, top, width, height, card, ring })).toBe(true);
        expect(card.left).toBeGreaterThanOrEqual(0);
        expect(card.left + size.width).toBeLessThanOrEqual(room.width);
        expect(card.top).toBeGreaterThanOrEqual(0);
        expect(card.top + size.height).toBeLessThanOrEqual(room.height);
        if (top >= room.header && top < room.height - 300) expect(ring.height, JSON.stringify({ top, height })).toBeGreaterThanOrEqual(Math.min(height, 100) * 0.9);
      }
    }
  }
});
