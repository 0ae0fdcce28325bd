/** Where the card of a tour stands beside what it explains: never over it. */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const GAP = 12;
const EDGE = 12;

/**
 * Place a card beside a box, within the window below its header; where the box leaves no room,
 * the part of it that the card would hide is left out of the ring.
 */
export function beside(target: Box, card: { width: number; height: number }, room: { width: number; height: number; header: number }): { card: { left: number; top: number }; ring: Box } {
  const top = Math.min(Math.max(target.top, room.header), room.height - EDGE);
  const bottom = Math.min(target.top + target.height, room.height - 4);
  const ring = { left: target.left, top, width: target.width, height: Math.max(0, bottom - top) };
  const within = (value: number, size: number, low: number, high: number) => Math.max(low, Math.min(value, high - size));
  const level = within(ring.top, card.height, room.header + 4, room.height - EDGE);
  const along = within(ring.left, card.width, EDGE, room.width - EDGE);
  const right = ring.left + ring.width + GAP;
  const left = ring.left - GAP - card.width;
  const below = ring.top + ring.height + GAP;
  const above = ring.top - GAP - card.height;
  if (below + card.height <= room.height - EDGE) return { card: { left: along, top: below }, ring };
  if (right + card.width <= room.width - EDGE) return { card: { left: right, top: level }, ring };
  if (left >= EDGE) return { card: { left, top: level }, ring };
  if (above >= room.header) return { card: { left: along, top: above }, ring };
  const isLow = ring.top + ring.height / 2 > (room.height + room.header) / 2;
  if (isLow) {
    const at = room.header + 4;
    const from = Math.max(ring.top, at + card.height + GAP);
    return { card: { left: along, top: at }, ring: { ...ring, top: from, height: Math.max(0, ring.top + ring.height - from) } };
  }
  const at = room.height - EDGE - card.height;
  return { card: { left: along, top: at }, ring: { ...ring, height: Math.max(0, Math.min(ring.top + ring.height, at - GAP) - ring.top) } };
}
