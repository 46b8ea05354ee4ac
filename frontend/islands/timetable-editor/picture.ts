/** The draft as the server tells it (events/editor/picture.py), and as it is drawn: with what this person has just laid. */

export type Row = ReadonlyArray<never>;
export interface Room { id: number; name: string; building: string; capacity: number | null }
export interface Session {
  id: number; code: string; title: string; track: number | null; type: number | null; unit: number | null;
  minutes: number; people: number[]; headcount: number | null;
}
export interface Place { start: number | null; end: number | null; rooms: number[] }
export interface Slot extends Place { id: number; session: number; version: number; pinned: boolean }
export interface Block { id: number; kind: string; title: string; start: number; end: number; rooms: number[]; version: number; together: number }
export interface Conflict { kind: string; level: string; one: number; other: number; subject: number; name: string; start: number; end: number; note: string }

type RoomRow = [number, string, string, number | null];
type SessionRow = [number, string, string, number | null, number | null, number | null, string, number, number[], number | null];
type SlotRow = [number, number, number | null, number | null, number[], number, boolean];
type BlockRow = [number, string, string, number, number, number[], number, number];
type ConflictRow = [string, string, number, number, number, string, number, number, string];
export type Named = [number, string];

export interface RawPicture {
  number: number;
  event: { slug: string; timezone: string; from: string; until: string };
  rooms: RoomRow[]; sessions: SessionRow[]; slots: SlotRow[]; blocks: BlockRow[]; conflicts: ConflictRow[];
  tracks: Named[]; types: Named[]; units: Named[]; people: Named[];
}
/** What edits touched (events/editor/answers.py). units: whose budgets are told whole; blocks: all of them, when one changed. */
export interface RawTouched { touched: number[]; slots: SlotRow[]; units: number[]; conflicts: ConflictRow[]; blocks?: BlockRow[] }

const slotOf = ([id, session, start, end, rooms, version, pinned]: SlotRow): Slot => ({ id, session, start, end, rooms, version, pinned });
const blockOf = ([id, kind, title, start, end, rooms, version, together]: BlockRow): Block => ({ id, kind, title, start, end, rooms: rooms ?? [], version, together });
const conflictOf = ([kind, level, one, other, subject, name, start, end, note]: ConflictRow): Conflict => ({ kind, level, one, other, subject, name, start, end, note });

/** Two places are one: what was sent is what is there. */
export function same(one: Place, other: Place): boolean {
  const rooms = (place: Place): string => [...place.rooms].sort((a, b) => a - b).join();
  return one.start === other.start && one.end === other.end && rooms(one) === rooms(other);
}

export class Draft {
  readonly rooms = new Map<number, Room>();
  readonly sessions = new Map<number, Session>();
  readonly slots = new Map<number, Slot>();
  readonly people: ReadonlyMap<number, string>;
  readonly tracks: Named[]; readonly types: Named[]; readonly units: Named[];
  blocks: Block[];
  readonly event: RawPicture["event"];
  number: number;
  conflicts: Conflict[];
  /** Where slots lie that were moved here and are not answered yet; over what the server said last. */
  readonly laid = new Map<number, Place>();

  constructor(raw: RawPicture) {
    this.number = raw.number;
    this.event = raw.event;
    for (const [id, name, building, capacity] of raw.rooms) this.rooms.set(id, { id, name, building, capacity });
    for (const [id, code, title, track, type, unit, , minutes, people, headcount] of raw.sessions) {
      this.sessions.set(id, { id, code, title, track, type, unit, minutes, people, headcount });
    }
    for (const row of raw.slots) this.slots.set(row[0], slotOf(row));
    this.blocks = raw.blocks.map(blockOf);
    this.conflicts = raw.conflicts.map(conflictOf);
    this.people = new Map(raw.people);
    this.tracks = raw.tracks.map(([id, name]) => [id, name]);
    this.types = raw.types;
    this.units = raw.units;
  }

  /** Where a slot is drawn. */
  place(slot: Slot): Place {
    return this.laid.get(slot.id) ?? slot;
  }

  /** Take in what was touched. An answer that is older than what is known changes nothing. False when a session is new here. */
  take(told: RawTouched): boolean {
    const seen = new Set(told.slots.map(([id]) => id));
    for (const row of told.slots) {
      const known = this.slots.get(row[0]);
      if (!known || row[5] >= known.version) this.slots.set(row[0], slotOf(row));
    }
    for (const id of told.touched) if (!seen.has(id)) this.slots.delete(id);
    const touched = new Set(told.touched);
    const units = new Set(told.units);
    const about = ({ kind, one, other, subject }: Conflict): boolean =>
      touched.has(one) || touched.has(other) || (kind === "budget" && units.has(subject));
    this.conflicts = [...this.conflicts.filter((one) => !about(one)), ...told.conflicts.map(conflictOf)];
    if (told.blocks) this.blocks = told.blocks.map(blockOf);
    return told.slots.every(([, session]) => this.sessions.has(session));
  }

  /** What has no time yet: slots in the tray, and sessions without a slot. */
  unscheduled(): Array<{ session: Session; slot: Slot | null }> {
    const found: Array<{ session: Session; slot: Slot | null }> = [];
    const held = new Set<number>();
    for (const slot of this.slots.values()) {
      held.add(slot.session);
      const session = this.sessions.get(slot.session);
      if (session && this.place(slot).start === null) found.push({ session, slot });
    }
    for (const session of this.sessions.values()) if (!held.has(session.id)) found.push({ session, slot: null });
    return found;
  }

  /** The worst level at each slot: "block" before "warn"; what was accepted is left out. */
  levels(): Map<number, string> {
    const worst = new Map<number, string>();
    for (const { level, one, other } of this.conflicts) {
      if (level === "ignore") continue;
      for (const id of [one, other]) if (worst.get(id) !== "block") worst.set(id, level);
    }
    return worst;
  }
}
