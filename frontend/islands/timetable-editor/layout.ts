/** Where things lie in the drawing, in pixels from the field's corner: columns, lanes in a column, and what is in sight. */

export interface Column { room: number; building: string; folded: boolean; x: number; width: number }
export interface Span { id: number; start: number; end: number }

/** The step in minutes of a drag and of an arrow key. */
export const STEP = 5;
const FOLDED = 36;
/** How many minutes of the night after a day are drawn with it. */
const LATE = 6 * 60;

/** Columns from left to right; a folded building is one narrow column. Room 0 is "no room yet". */
export function columns(
  rooms: Iterable<{ id: number; building: string }>, folded: ReadonlySet<string>, lanes: ReadonlyMap<number, number>, base: number,
): Column[] {
  const found: Column[] = [];
  let x = 0;
  let last: Column | undefined;
  for (const { id, building } of rooms) {
    const fold = building !== "" && folded.has(building);
    if (fold && last?.folded && last.building === building) continue;
    const width = fold ? FOLDED : Math.round(base * Math.max(1, ((lanes.get(id) ?? 1) + 1) / 2));
    last = { room: fold ? -1 : id, building, folded: fold, x, width };
    found.push(last);
    x += width;
  }
  return found;
}

export function width(all: readonly Column[]): number {
  const last = all[all.length - 1];
  return last ? last.x + last.width : 0;
}

/** The index of the column at x; before the first is the first, after the last the last. */
export function columnAt(all: readonly Column[], x: number): number {
  let low = 0;
  let high = all.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((all[middle]?.x ?? 0) <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Things that overlap lie side by side. Touching is no overlap. */
export function lanes(spans: readonly Span[]): Map<number, { lane: number; of: number }> {
  const found = new Map<number, { lane: number; of: number }>();
  let together: number[] = [];
  let ends: number[] = [];
  const close = (): void => {
    for (const id of together) {
      const one = found.get(id);
      if (one) one.of = ends.length;
    }
    together = [];
    ends = [];
  };
  for (const { id, start, end } of [...spans].sort((a, b) => a.start - b.start || b.end - a.end || a.id - b.id)) {
    if (ends.every((at) => at <= start)) close();
    let lane = ends.findIndex((at) => at <= start);
    if (lane < 0) lane = ends.length;
    ends[lane] = end;
    together.push(id);
    found.set(id, { lane, of: 1 });
  }
  close();
  return found;
}

/** To the nearest step. */
export function snap(minutes: number, step = STEP): number {
  return Math.round(minutes / step) * step;
}

/** The hours to draw: seven to ten at night, and more where something lies there. */
export function hours(day: { from: number; until: number }, spans: readonly Span[]): { from: number; until: number } {
  let from = day.from + 7 * 60;
  let until = day.from + 22 * 60;
  for (const { start, end } of spans) {
    from = Math.min(from, start);
    until = Math.max(until, Math.min(end, day.until + LATE));
  }
  return { from: from - ((from - day.from) % 60), until: until + ((day.from - until) % 60 + 60) % 60 };
}
