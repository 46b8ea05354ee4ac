/** What is in the hand: slots (or a session's first time) on the way to another place, all by the same way. */
import type { Place } from "./picture";

export interface Item extends Place { slot: number | null; session: number; version: number; start: number; end: number }

/** How far a whole handful goes to the right (left: below 0) without anything falling off. */
export function clamp(items: readonly Item[], by: number, order: readonly number[]): number {
  let least = -Infinity;
  let most = Infinity;
  for (const item of items) {
    for (const room of item.rooms.length ? item.rooms : [0]) {
      const at = order.indexOf(room);
      if (at < 0) continue;
      least = Math.max(least, -at);
      most = Math.min(most, order.length - 1 - at);
    }
  }
  return Math.max(least === -Infinity ? 0 : least, Math.min(most === Infinity ? 0 : most, by));
}

/**
 * The places of a handful, moved by minutes and columns. order: the rooms from left to right, 0 first for "no room".
 * A room that is folded away is not in the order, and stays.
 */
export function moved(items: readonly Item[], minutes: number, by: number, order: readonly number[]): Item[] {
  const shift = clamp(items, by, order);
  return items.map((item) => {
    const rooms = (item.rooms.length ? item.rooms : [0]).map((room) => {
      const at = order.indexOf(room);
      return at < 0 ? room : (order[at + shift] ?? room);
    });
    return { ...item, start: item.start + minutes, end: item.end + minutes, rooms: [...new Set(rooms)].filter((room) => room !== 0) };
  });
}

/** The end moved, never to less than five minutes. */
export function resized(item: Item, minutes: number, least = 5): Item {
  return { ...item, end: Math.max(item.start + least, item.end + minutes) };
}

/** Two change places; each keeps its length. */
export function swapped(one: Item, other: Item): [Item, Item] {
  return [
    { ...one, start: other.start, end: other.start + one.end - one.start, rooms: other.rooms },
    { ...other, start: one.start, end: one.start + other.end - other.start, rooms: one.rooms },
  ];
}
