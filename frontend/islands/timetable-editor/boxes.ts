/** One day's boxes: where each slot of it lies in the drawing. Pure. */
import { type Column, type Span, columns, hours, lanes } from "./layout";
import type { Day } from "./days";
import type { Draft, Slot } from "./picture";

export interface Box { key: string; slot: Slot; room: number; start: number; end: number; x: number; y: number; w: number; h: number }
export interface Sheet { columns: Column[]; order: number[]; byRoom: Map<number, Column>; boxes: Box[]; from: number; until: number; scale: number }

export interface Look { folded: ReadonlySet<string>; zoom: number }
const COLUMN = 150;
const MINUTE = 1.15;

/** The whole day as boxes. Room 0, "no room yet", is the first column. */
export function sheet(draft: Draft, day: Day, look: Look): Sheet {
  const scale = MINUTE * look.zoom;
  const byRoom = new Map<number, Span[]>([[0, []]]);
  const all: Span[] = [];
  for (const slot of draft.slots.values()) {
    const { start, end, rooms } = draft.place(slot);
    if (start === null || end === null || start < day.from || start >= day.until) continue;
    const span = { id: slot.id, start, end };
    all.push(span);
    for (const room of rooms.length ? rooms : [0]) {
      const held = byRoom.get(room);
      if (held) held.push(span);
      else byRoom.set(room, [span]);
    }
  }
  const blocks = draft.blocks.filter(({ start }) => start >= day.from && start < day.until);
  const { from, until } = hours(day, [...all, ...blocks]);
  const placed = new Map([...byRoom].map(([room, spans]) => [room, lanes(spans)] as const));
  const most = new Map([...placed].map(([room, found]) => [room, Math.max(1, ...[...found.values()].map(({ of }) => of))] as const));
  const rooms = [{ id: 0, building: "" }, ...draft.rooms.values()];
  const across = columns(rooms, look.folded, most, Math.round(COLUMN * look.zoom));
  const open = across.filter((one) => !one.folded);
  const columnOf = new Map(open.map((one) => [one.room, one] as const));
  const boxes: Box[] = [];
  for (const [room, spans] of byRoom) {
    const column = columnOf.get(room);
    if (!column) continue;
    for (const { id, start, end } of spans) {
      const slot = draft.slots.get(id);
      const at = placed.get(room)?.get(id);
      if (!slot || !at) continue;
      const w = column.width / at.of;
      boxes.push({
        key: `${id}-${room}`, slot, room, start, end, x: column.x + at.lane * w, w,
        y: (start - from) * scale, h: Math.max(8, (Math.min(end, until) - start) * scale),
      });
    }
  }
  boxes.sort((a, b) => a.start - b.start || a.x - b.x);
  return { columns: across, order: open.map((one) => one.room), byRoom: columnOf, boxes, from, until, scale };
}

/** The box that lies next in a direction, for arrow keys: mostly straight on, else the nearest aside. */
export function neighbour(boxes: readonly Box[], from: Box, key: string): Box | undefined {
  const [dx, dy] = key === "ArrowLeft" ? [-1, 0] : key === "ArrowRight" ? [1, 0] : key === "ArrowUp" ? [0, -1] : [0, 1];
  let best: Box | undefined;
  let least = Infinity;
  for (const one of boxes) {
    if (one.slot.id === from.slot.id) continue;
    const x = one.x + one.w / 2 - from.x - from.w / 2;
    const y = one.y - from.y;
    const along = x * dx + y * dy;
    if (along <= 0) continue;
    const cost = along + 4 * Math.abs(dx ? y : x);
    if (cost < least) [best, least] = [one, cost];
  }
  return best;
}
