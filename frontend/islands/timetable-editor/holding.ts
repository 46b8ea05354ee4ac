/** Taking things into the hand, carrying them from day to day, dropping them or putting them back. */
import { type Item, clamp } from "./carry";
import type { Editor } from "./editor";
import { Hand } from "./hand";

export class Holding {
  hand: Hand | null = null;

  constructor(private readonly editor: Editor) {}

  itemsOf(slots: Iterable<number>): Item[] {
    const { draft } = this.editor;
    const items: Item[] = [];
    for (const id of slots) {
      const slot = draft.slots.get(id);
      if (!slot) continue;
      const { start, end, rooms } = draft.place(slot);
      const from = start ?? this.inSight();
      const minutes = draft.sessions.get(slot.session)?.minutes ?? 60;
      items.push({ slot: id, session: slot.session, version: slot.version, start: from, end: end ?? from + minutes, rooms });
    }
    return items;
  }

  /** A time that a session does not have yet: its first, or one more, as long and in the rooms of `like`. */
  newTime(session: number, like?: Item): Item | null {
    const held = this.editor.draft.sessions.get(session);
    if (!held) return null;
    const start = like ? like.end : this.inSight();
    return { slot: null, session, version: 0, start, end: start + (like ? like.end - like.start : held.minutes), rooms: like?.rooms ?? [] };
  }

  /** A full hour that one sees, for what has no time yet. */
  private inSight(): number {
    const { grid } = this.editor;
    const { from, until, scale } = grid.sheet;
    const at = from + Math.ceil((grid.scroll.scrollTop + 40) / scale / 60) * 60;
    return Math.min(at, until - 60);
  }

  /** What is pinned among these, so that they stay. */
  pinned(items: readonly Item[]): Item | undefined {
    return items.find(({ slot }) => slot !== null && this.editor.draft.slots.get(slot)?.pinned);
  }

  /** Take things into the hand; false when they stay, with words why. */
  take(items: Item[], anchor: Item, room: number): boolean {
    const { editor } = this;
    if (editor.readOnly || this.hand) return false;
    const pinned = this.pinned(items);
    if (pinned) {
      editor.say("pinned-stays", { title: editor.title(pinned.session) });
      return false;
    }
    this.hand = new Hand(editor, items, anchor, room);
    this.hand.draw();
    return true;
  }

  takeUp(slot: number, room: number): void {
    const { editor } = this;
    if (!editor.choice.chosen.has(slot)) editor.choice.choose([slot]);
    const items = this.itemsOf(editor.choice.chosen);
    const anchor = items.find((one) => one.slot === slot);
    if (anchor && this.take(items, anchor, room)) {
      editor.say(items.length > 1 ? "taken-up-many" : "taken-up", { title: editor.title(anchor.session), count: items.length });
    }
  }

  takeNew(session: number, like?: Item): void {
    const item = this.newTime(session, like);
    if (item && this.take([item], item, item.rooms[0] ?? 0)) this.editor.say("taken-up", { title: this.editor.title(session) });
  }

  clampShift(by: number): number {
    return this.hand ? clamp(this.hand.items, by, this.editor.grid.sheet.order) : by;
  }

  /** With something in the hand: the same hour of the day before or after. */
  carryToDay(by: number): void {
    const { editor, hand } = this;
    const to = editor.days[editor.turned + by];
    if (!hand || !to) return;
    const minutes = hand.minutes + to.from - editor.day.from;
    editor.turn(editor.turned + by);
    hand.aim(minutes, hand.shift);
  }

  /** Say where the hand is, and bring that into sight. */
  tell(): void {
    const { editor, hand } = this;
    if (!hand) return;
    const { start, end, rooms, session } = hand.lies;
    const day = editor.days.findIndex(({ from, until }) => start >= from && start < until);
    if (day >= 0 && day !== editor.turned) editor.turn(day);
    const { byRoom, from, scale } = editor.grid.sheet;
    const column = byRoom.get(rooms[0] ?? 0);
    if (column) editor.grid.show({ x: column.x, y: (start - from) * scale, w: column.width, h: (end - start) * scale });
    const where = editor.words.say("at", { title: editor.title(session), when: editor.clock.span(start, end), where: editor.where(rooms) });
    editor.part("said").textContent = [where, ...hand.reasons()].join(" ");
  }

  giveUp(): void {
    this.empty();
    this.editor.say("given-up");
  }

  drop(): void {
    const { editor, hand } = this;
    if (!hand) return;
    const { at, tray, idle, anchor } = hand;
    this.empty();
    if (idle) editor.say("given-up");
    else if (tray) editor.acts.toTray(at);
    else editor.acts.lay(at);
    if (anchor.slot !== null) editor.choice.focus(anchor.slot);
  }

  private empty(): void {
    this.hand?.clear();
    this.hand = null;
    this.editor.host.classList.remove("over-tray");
    this.editor.tray.draw();
  }
}
