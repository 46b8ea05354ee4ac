/** Where what is in the hand had better not lie, and why: the server's words for times and rooms, kept while it is held. */
import type { Shades as Told } from "./wire";

export interface Band { start: number; end: number; level: string; words: string }

const NONE: Told = { times: [], rooms: {} };

export class Shades {
  constructor(private readonly told: Told = NONE) {}

  /** Bands of time in a window, those with the same words and times once. */
  bands(from: number, until: number): Band[] {
    const found = new Map<string, Band>();
    for (const [, level, kind, name, , start, end] of this.told.times) {
      if (level === "ignore" || end <= from || start >= until) continue;
      const words = name ? `${kind}: ${name}` : kind;
      found.set(`${start} ${end} ${words}`, { start: Math.max(start, from), end: Math.min(end, until), level, words });
    }
    return [...found.values()];
  }

  /** Why a room does not fit, or "". */
  room(id: number): string {
    return this.told.rooms[String(id)] ?? "";
  }

  /** Every reason against a place, each once. */
  reasons(start: number, end: number, rooms: readonly number[]): string[] {
    const found = this.bands(start, end).map(({ words }) => words);
    for (const room of rooms) if (this.room(room)) found.push(this.room(room));
    return [...new Set(found)];
  }
}
