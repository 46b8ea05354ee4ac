/** The editor's state and its parts; the element, the pointer, the keys and the panels all come here. */
import { Acts } from "./acts";
import { Blocks } from "./blocks";
import { Choice } from "./choice";
import { Clock } from "./clock";
import { type Day, days } from "./days";
import { Dialogs } from "./dialogs";
import { Filters } from "./filters";
import { Gestures } from "./gestures";
import { Grid, type Marks } from "./grid";
import { Holding } from "./holding";
import { Inspector } from "./inspector";
import { Journal } from "./journal";
import { Keys } from "./keys";
import { Outcomes } from "./outcomes";
import type { Draft } from "./picture";
import { Pointer } from "./pointer";
import { Presence } from "./presence";
import { Problems } from "./problems";
import { Tabs } from "./tabs";
import { Tray } from "./tray";
import { Wire } from "./wire";
import type { Words } from "./words";

const ZOOMS = [0.45, 0.6, 0.8, 1, 1.3, 1.7];

export class Editor {
  readonly folded = new Set<string>();
  readonly clock: Clock;
  readonly wire: Wire;
  readonly grid: Grid;
  readonly journal = new Journal();
  readonly gestures: Gestures;
  readonly choice: Choice;
  readonly holding: Holding;
  readonly acts: Acts;
  readonly blocks: Blocks;
  readonly dialogs: Dialogs;
  readonly problems: Problems;
  readonly presence: Presence;
  readonly inspector: Inspector;
  readonly filters: Filters;
  readonly tray: Tray;
  readonly readOnly: boolean;
  readonly mayAccept: boolean;
  readonly mayBlock: boolean;
  readonly sessionsRoot: string;
  days: Day[] = [];
  turned = 0;
  private zoom = 3;
  private readonly tabs: Tabs;

  constructor(readonly host: HTMLElement, readonly words: Words, public draft: Draft) {
    this.readOnly = host.hasAttribute("data-read-only");
    this.mayAccept = host.hasAttribute("data-may-accept");
    this.mayBlock = host.hasAttribute("data-may-block");
    this.sessionsRoot = host.dataset["sessions"] ?? "";
    this.clock = new Clock(draft.event.timezone);
    this.wire = new Wire(host.dataset["root"] ?? "");
    this.grid = new Grid(
      this.part("scroll"), this.part("plane"), this.part("heads"), this.part("axis"), this.part("field"), words,
      (minutes) => this.clock.time(minutes),
    );
    const outcomes = new Outcomes(this);
    this.gestures = new Gestures(() => this.draft, this.wire, {
      turns: (kind) => this.journal[kind],
      changed: () => this.draw(),
      settled: (asked, done) => outcomes.settled(asked, done),
      refused: (asked, why) => outcomes.refused(asked, why),
      waiting: () => this.say("waiting"),
      putBack: (asked) => this.say("put-back", { said: asked.said }),
    });
    this.choice = new Choice(this);
    this.holding = new Holding(this);
    this.acts = new Acts(this);
    this.dialogs = new Dialogs(this);
    this.blocks = new Blocks(this);
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
    this.holding.hand?.shade();
    this.holding.hand?.draw();
  }

  draw(): void {
    const within = this.host.contains(document.activeElement);
    this.grid.set(this.draft, this.day, { folded: this.folded, zoom: ZOOMS[this.zoom] ?? 1 }, this.marks());
    this.holding.hand?.shade();
    this.drawPanels();
    // What was in focus is no longer drawn: the keys go on working from the timetable.
    if (within && !this.host.contains(document.activeElement)) this.part("scroll").focus({ preventScroll: true });
  }

  /** Who is chosen, dimmed or visited has changed; nothing lies elsewhere. */
  mark(): void {
    this.grid.mark(this.marks());
  }

  /** Larger or smaller, with the middle of what one sees staying there. */
  magnify(by: number): void {
    const { scroll, sheet } = this.grid;
    const middle = sheet.from + (scroll.scrollTop + scroll.clientHeight / 2) / sheet.scale;
    const across = (scroll.scrollLeft + scroll.clientWidth / 2) / (this.grid.field.clientWidth || 1);
    this.zoom = Math.max(0, Math.min(ZOOMS.length - 1, this.zoom + by));
    this.draw();
    scroll.scrollTop = (middle - this.grid.sheet.from) * this.grid.sheet.scale - scroll.clientHeight / 2;
    scroll.scrollLeft = across * this.grid.field.clientWidth - scroll.clientWidth / 2;
  }

  findDays(): void {
    const starts = [...this.draft.slots.values()].flatMap(({ start }) => (start === null ? [] : [start]));
    this.days = days(this.draft.event.from, this.draft.event.until, starts, this.draft.event.timezone);
  }

  private drawPanels(): void {
    this.tabs.draw();
    this.problems.draw();
    if (!this.holding.hand) this.tray.draw(); // what one holds was focused there
    this.inspector.draw();
    for (const [name, held] of [["undo", this.journal.undo], ["redo", this.journal.redo]] as const) {
      this.host.querySelector(`[data-do="${name}"]`)?.toggleAttribute("disabled", !held);
    }
    // A button that was pressed until nothing was left swallows every key that comes after.
    if (document.activeElement?.matches(":disabled")) this.part("scroll").focus({ preventScroll: true });
  }

  private marks(): Marks {
    return {
      chosen: this.choice.chosen, current: this.choice.current, dimmed: (slot) => this.filters.dims(slot), levels: this.draft.levels(),
      waiting: (slot) => this.draft.laid.has(slot), here: this.presence.at,
    };
  }

  // What is said

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

  private clicked(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const of = (name: string): string | undefined => (event.target as Element).closest<HTMLElement>(`[data-${name}]`)?.dataset[name];
    const [doing, day, fold, block, accept, slot] = ["do", "day", "fold", "block", "accept", "slot"].map(of);
    if (doing !== undefined) this.acts.act(doing);
    else if (day !== undefined) this.turn(Number(day));
    else if (block !== undefined) void this.blocks.lay(Number(block));
    else if (accept !== undefined) this.inspector.accept(Number(accept));
    else if (fold !== undefined) {
      if (!this.folded.delete(fold)) this.folded.add(fold);
      this.draw();
    } else if (slot !== undefined) this.choice.choose([Number(slot)], event.shiftKey || event.ctrlKey || event.metaKey);
  }
}
