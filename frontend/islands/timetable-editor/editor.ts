/** The editor's state and what can be done with it; the element, the pointer, the keys and the panels all come here. */
import { type Item, clamp, swapped } from "./carry";
import { type Day, days } from "./days";
import { Dialogs } from "./dialogs";
import { Filters } from "./filters";
import { type Asked, Gestures } from "./gestures";
import { Grid, type Marks } from "./grid";
import { Hand } from "./hand";
import { Inspector } from "./inspector";
import { Journal } from "./journal";
import { Keys } from "./keys";
import { Draft } from "./picture";
import { Pointer } from "./pointer";
import { Presence } from "./presence";
import { Problems } from "./problems";
import { Tabs } from "./tabs";
import { Tray } from "./tray";
import { Clock } from "./clock";
import { type Command, type Done, type Refusal, Wire } from "./wire";
import type { Words } from "./words";

const ZOOMS = [0.45, 0.6, 0.8, 1, 1.3, 1.7];

export class Editor {
  readonly chosen = new Set<number>();
  readonly folded = new Set<string>();
  readonly clock: Clock;
  readonly wire: Wire;
  readonly grid: Grid;
  readonly journal = new Journal();
  readonly gestures: Gestures;
  readonly problems: Problems;
  readonly presence: Presence;
  readonly readOnly: boolean;
  readonly sessionsRoot: string;
  hand: Hand | null = null;
  days: Day[] = [];
  turned = 0;
  current: number | null = null;
  private zoom = 3;
  private readonly tray: Tray;
  private readonly inspector: Inspector;
  private readonly filters: Filters;
  private readonly tabs: Tabs;
  private readonly dialogs: Dialogs;

  constructor(readonly host: HTMLElement, readonly words: Words, public draft: Draft) {
    this.readOnly = host.hasAttribute("data-read-only");
    this.sessionsRoot = host.dataset["sessions"] ?? "";
    this.clock = new Clock(draft.event.timezone);
    this.wire = new Wire(host.dataset["root"] ?? "");
    this.grid = new Grid(
      this.part("scroll"), this.part("plane"), this.part("heads"), this.part("axis"), this.part("field"), words,
      (minutes) => this.clock.time(minutes),
    );
    this.gestures = new Gestures(() => this.draft, this.wire, {
      turns: (kind) => this.journal[kind],
      changed: () => this.draw(),
      settled: (asked, done) => this.settled(asked, done),
      refused: (asked, why) => this.refused(asked, why),
      waiting: () => this.say("waiting"),
      putBack: (asked) => this.say("put-back", { said: asked.said }),
    });
    this.dialogs = new Dialogs(this);
    this.problems = new Problems(this);
    this.presence = new Presence(this);
    this.tray = new Tray(this);
    this.inspector = new Inspector(this);
    this.filters = new Filters(this);
    this.tabs = new Tabs(this);
    new Pointer(this);
    new Keys(this);
    host.addEventListener("click", (event) => this.clicked(event));
    window.addEventListener("beforeunload", (event) => {
      if (this.gestures.open) event.preventDefault();
    });
    this.findDays();
    const first = this.days.findIndex((day) => [...draft.slots.values()].some(({ start }) => start !== null && start >= day.from && start < day.until));
    this.turn(Math.max(0, first));
    this.presence.begin();
  }

  part(name: string): HTMLElement {
    const found = this.host.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (!found) throw new Error(`no part ${name}`);
    return found;
  }

  // What is shown

  get day(): Day {
    return this.days[this.turned] ?? { date: "", from: 0, until: 1440 };
  }

  turn(index: number): void {
    this.turned = Math.max(0, Math.min(this.days.length - 1, index));
    this.draw();
    this.hand?.shade();
    this.hand?.draw();
  }

  draw(): void {
    const within = this.host.contains(document.activeElement);
    this.grid.set(this.draft, this.day, { folded: this.folded, zoom: ZOOMS[this.zoom] ?? 1 }, this.marks());
    if (this.hand) this.hand.shade();
    this.drawPanels();
    // What was in focus is no longer drawn: the keys go on working from the timetable.
    if (within && !this.host.contains(document.activeElement)) this.part("scroll").focus({ preventScroll: true });
  }

  /** Who is chosen, dimmed or visited has changed; nothing lies elsewhere. */
  mark(): void {
    this.grid.mark(this.marks());
  }

  private drawPanels(): void {
    this.tabs.draw();
    this.problems.draw();
    if (!this.hand) this.tray.draw(); // what one holds was focused there
    this.inspector.draw();
    for (const [name, held] of [["undo", this.journal.undo], ["redo", this.journal.redo]] as const) {
      this.host.querySelector(`[data-do="${name}"]`)?.toggleAttribute("disabled", !held);
    }
  }

  private marks(): Marks {
    return {
      chosen: this.chosen, current: this.current, dimmed: (slot) => this.filters.dims(slot), levels: this.draft.levels(),
      waiting: (slot) => this.draft.laid.has(slot), here: this.presence.at,
    };
  }

  findDays(): void {
    const starts = [...this.draft.slots.values()].flatMap(({ start }) => (start === null ? [] : [start]));
    this.days = days(this.draft.event.from, this.draft.event.until, starts, this.draft.event.timezone);
  }

  title(session: number): string {
    return this.draft.sessions.get(session)?.title ?? "";
  }

  where(rooms: readonly number[]): string {
    return rooms.map((room) => this.draft.rooms.get(room)?.name ?? "").join(", ") || this.words.say("no-room");
  }

  whenWhere(start: number, end: number, rooms: readonly number[]): string {
    return `${this.clock.day(start)} ${this.clock.time(start)}–${this.clock.time(end)}, ${this.where(rooms)}`;
  }

  say(word: string, values: Readonly<Record<string, string | number>> = {}): void {
    this.part("said").textContent = this.words.say(word, values);
  }

  why(words: string): void {
    const part = this.part("why");
    if (part.textContent !== words) part.textContent = words;
  }

  // Choosing

  choose(slots: readonly number[], add = false): void {
    const toggled = add ? slots.filter((one) => this.chosen.has(one)) : [];
    if (!add) this.chosen.clear();
    for (const one of slots) this.chosen.add(one);
    for (const one of toggled) this.chosen.delete(one);
    this.current = slots[slots.length - 1] ?? this.current;
    this.mark();
    this.inspector.draw();
  }

  focus(slot: number): void {
    const box = this.grid.boxOf(slot);
    if (!box) return;
    this.current = slot;
    this.mark();
    this.grid.show(box);
    this.grid.element(slot)?.focus({ preventScroll: true });
  }

  /** Turn to a slot's day, unfold its building, bring it into sight and choose it. */
  jump(slot: number): void {
    const held = this.draft.slots.get(slot);
    if (!held) return;
    const { start, rooms } = this.draft.place(held);
    for (const room of rooms) this.folded.delete(this.draft.rooms.get(room)?.building ?? "");
    const day = this.days.findIndex(({ from, until }) => start !== null && start >= from && start < until);
    this.chosen.clear();
    this.chosen.add(slot);
    this.current = slot;
    this.turn(day < 0 ? this.turned : day);
    this.focus(slot);
  }

  // The hand

  itemsOf(slots: Iterable<number>): Item[] {
    const items: Item[] = [];
    for (const id of slots) {
      const slot = this.draft.slots.get(id);
      if (!slot) continue;
      const { start, end, rooms } = this.draft.place(slot);
      const from = start ?? this.inSight();
      const minutes = this.draft.sessions.get(slot.session)?.minutes ?? 60;
      items.push({ slot: id, session: slot.session, version: slot.version, start: from, end: end ?? from + minutes, rooms });
    }
    return items;
  }

  firstTime(session: number): Item | null {
    const held = this.draft.sessions.get(session);
    if (!held) return null;
    const start = this.inSight();
    return { slot: null, session, version: 0, start, end: start + held.minutes, rooms: [] };
  }

  /** A full hour that one sees, for what has no time yet. */
  private inSight(): number {
    const { from, until, scale } = this.grid.sheet;
    const at = from + Math.ceil((this.grid.scroll.scrollTop + 40) / scale / 60) * 60;
    return Math.min(at, until - 60);
  }

  /** Take things into the hand; false when they stay, with words why. */
  take(items: Item[], anchor: Item, room: number): boolean {
    if (this.readOnly || this.hand) return false;
    const pinned = items.find(({ slot }) => slot !== null && this.draft.slots.get(slot)?.pinned);
    if (pinned) {
      this.say("pinned-stays", { title: this.title(pinned.session) });
      return false;
    }
    this.hand = new Hand(this, items, anchor, room);
    this.hand.draw();
    return true;
  }

  takeUp(slot: number, room: number): boolean {
    if (!this.chosen.has(slot)) this.choose([slot]);
    const items = this.itemsOf(this.chosen);
    const anchor = items.find((one) => one.slot === slot);
    if (anchor && this.take(items, anchor, room)) {
      this.say(items.length > 1 ? "taken-up-many" : "taken-up", { title: this.title(anchor.session), count: items.length });
    }
    return true;
  }

  takeFresh(session: number): boolean {
    const item = this.firstTime(session);
    if (item && this.take([item], item, 0)) this.say("taken-up", { title: this.title(session) });
    return true;
  }

  clampShift(by: number): number {
    return this.hand ? clamp(this.hand.items, by, this.grid.sheet.order) : by;
  }

  /** With something in the hand: the same hour of the day before or after. */
  carryToDay(by: number): void {
    const to = this.days[this.turned + by];
    const { hand } = this;
    if (!hand || !to) return;
    const minutes = hand.minutes + to.from - this.day.from;
    this.turn(this.turned + by);
    hand.aim(minutes, hand.shift);
  }

  /** Say where the hand is, and bring that into sight. */
  tellHand(): void {
    const { hand } = this;
    if (!hand) return;
    const { start, end, rooms, session } = hand.lies;
    const day = this.days.findIndex(({ from, until }) => start >= from && start < until);
    if (day >= 0 && day !== this.turned) this.turn(day);
    const { byRoom, from, scale } = this.grid.sheet;
    const column = byRoom.get(rooms[0] ?? 0);
    if (column) this.grid.show({ x: column.x, y: (start - from) * scale, w: column.width, h: (end - start) * scale });
    const where = this.words.say("at", { title: this.title(session), when: this.clock.span(start, end), where: this.where(rooms) });
    this.part("said").textContent = [where, ...hand.reasons()].join(" ");
  }

  giveUp(): void {
    this.emptyHand();
    this.say("given-up");
  }

  drop(): void {
    const { hand } = this;
    if (!hand) return;
    const { at, tray, idle, anchor } = hand;
    this.emptyHand();
    if (idle) this.say("given-up");
    else if (tray) this.toTray(at);
    else this.lay(at);
    if (anchor.slot !== null) this.focus(anchor.slot);
  }

  private emptyHand(): void {
    this.hand?.clear();
    this.hand = null;
    this.host.classList.remove("over-tray");
    this.tray.draw();
  }

  // Gestures

  lay(items: readonly Item[], said = ""): void {
    const [one] = items;
    if (!one) return;
    const words = said || (items.length > 1
      ? this.words.say("dropped-many", { count: items.length })
      : this.words.say("dropped", { title: this.title(one.session), when: this.clock.span(one.start, one.end), where: this.where(one.rooms) }));
    if (one.slot === null) {
      const { session, start, end, rooms } = one;
      this.ask({ do: "add", session, start, end, rooms }, words);
    } else {
      this.ask({ do: "move", steps: items.flatMap(({ slot, version, start, end, rooms }) => (slot === null ? [] : [{ slot, version, start, end, rooms }])) }, words);
    }
  }

  toTray(items: readonly Item[]): void {
    const steps = items.flatMap(({ slot, version }) => (slot === null ? [] : [{ slot, version, start: null, end: null, rooms: [] }]));
    const titles = items.map(({ session }) => this.title(session)).join(", ");
    if (steps.length) this.ask({ do: "move", steps }, this.words.say("to-tray", { title: titles }));
  }

  ask(command: Command, said: string, kind: Asked["kind"] = "gesture"): void {
    this.gestures.ask({ command, said, kind });
  }

  /** What a button or a key names. */
  act(what: string): void {
    const items = this.itemsOf(this.chosen);
    const [one, other] = items;
    if (what === "zoom-in" || what === "zoom-out") this.magnify(what === "zoom-in" ? 1 : -1);
    else if (what === "problem-next") this.problems.walk(1);
    else if (what === "problem-back") this.problems.walk(-1);
    else if (what === "problem-list") this.problems.toggle();
    else if (what === "filters" || what === "filter-none") this.filters.act(what);
    else if (this.readOnly) return;
    else if (what === "undo" || what === "redo") {
      if (this.journal[what] || this.gestures.open) this.ask({ do: "undo", command: "" }, this.words.say(what === "undo" ? "undone" : "redone"), what);
      else this.say(`nothing-to-${what}`);
    } else if (!one) return;
    else if (what === "tray") {
      const pinned = items.find(({ slot }) => slot !== null && this.draft.slots.get(slot)?.pinned);
      if (pinned) this.say("pinned-stays", { title: this.title(pinned.session) });
      else this.toTray(items);
    } else if (what === "pin") {
      const pinned = !items.every(({ slot }) => slot !== null && this.draft.slots.get(slot)?.pinned);
      const title = items.map(({ session }) => this.title(session)).join(", ");
      this.ask({ do: "pin", slots: [...this.chosen], pinned }, this.words.say(pinned ? "pinned-now" : "unpinned-now", { title }));
    } else if (what === "swap" && other && items.length === 2) this.lay(swapped(one, other), this.words.say("swapped"));
    else if (what === "take-up" && one.slot !== null) {
      this.focus(one.slot);
      this.takeUp(one.slot, one.rooms[0] ?? 0);
    } else if (what === "remove" && one.slot !== null) {
      this.ask({ do: "remove", slot: one.slot, version: one.version }, this.words.say("removed", { title: this.title(one.session) }));
    } else if (what.startsWith("day-")) this.toDay(items, Number(what.slice(4)));
  }

  /** The same hours of another day, for everything chosen. */
  private toDay(items: readonly Item[], index: number): void {
    const to = this.days[index];
    if (!to) return;
    const laid = items.map((item) => {
      const day = this.days.find(({ from, until }) => item.start >= from && item.start < until) ?? this.day;
      const by = to.from - day.from;
      return { ...item, start: item.start + by, end: item.end + by };
    });
    this.lay(laid);
    this.turn(index);
  }

  private magnify(by: number): void {
    const { scroll, sheet } = this.grid;
    const middle = sheet.from + (scroll.scrollTop + scroll.clientHeight / 2) / sheet.scale;
    const across = (scroll.scrollLeft + scroll.clientWidth / 2) / (this.grid.field.clientWidth || 1);
    this.zoom = Math.max(0, Math.min(ZOOMS.length - 1, this.zoom + by));
    this.draw();
    scroll.scrollTop = (middle - this.grid.sheet.from) * this.grid.sheet.scale - scroll.clientHeight / 2;
    scroll.scrollLeft = across * this.grid.field.clientWidth - scroll.clientWidth / 2;
  }

  private settled(asked: Asked, done: Done | null): void {
    if (asked.kind !== "gesture" && asked.command.do === "undo") {
      if (!done?.command) this.journal.forget(asked.command.command);
      else if (asked.kind === "undo") this.journal.tookBack(done.command);
      else this.journal.madeAgain(done.command);
    } else if (done?.command) this.journal.note(done.command);
    if (done) this.part("said").textContent = asked.said;
    const [slot] = done?.slots ?? [];
    if (asked.command.do === "add" && slot) this.chosen.clear();
    if (asked.command.do === "add" && slot) this.chosen.add(slot[0]);
    this.findDays();
  }

  private async refused(asked: Asked, why: Refusal): Promise<Command | null> {
    const { command } = asked;
    if (why.taken && "accept" in { accept: "", ...command } && command.do !== "remove" && command.do !== "pin") {
      const reason = await this.dialogs.taken(why.detail);
      if (reason) return { ...command, accept: reason };
      this.say("given-up");
      return null;
    }
    if (why.theirs && why.yours) {
      await this.presence.look();
      if (command.do === "move" && (await this.dialogs.stale(why))) {
        return { ...command, steps: command.steps.map((step) => ({ ...step, version: this.draft.slots.get(step.slot)?.version ?? step.version })) };
      }
      this.say("given-up");
      return null;
    }
    this.say("refused", { why: why.detail });
    await this.presence.look();
    return null;
  }

  private clicked(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const doing = event.target.closest<HTMLElement>("[data-do]");
    const fold = event.target.closest<HTMLElement>("[data-fold]");
    const day = event.target.closest<HTMLElement>("[data-day]");
    const slot = event.target.closest<HTMLElement>("[data-slot]");
    if (doing) this.act(doing.dataset["do"] ?? "");
    else if (day) this.turn(Number(day.dataset["day"]));
    else if (fold) {
      const name = fold.dataset["fold"] ?? "";
      if (!this.folded.delete(name)) this.folded.add(name);
      this.draw();
    } else if (slot) this.choose([Number(slot.dataset["slot"])], event.shiftKey || event.ctrlKey || event.metaKey);
  }
}
