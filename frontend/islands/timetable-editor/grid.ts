/** Draws one day: only what is in sight and a little around it, so that 403 rooms cost no more than ten. */
import { type Box, type Look, type Sheet, sheet } from "./boxes";
import type { Day } from "./days";
import { width } from "./layout";
import type { Draft } from "./picture";
import type { Band } from "./shades";
import type { Words } from "./words";

const AROUND = 260;

export interface Marks {
  chosen: ReadonlySet<number>;
  current: number | null;
  dimmed: (slot: number) => boolean;
  levels: ReadonlyMap<number, string>;
  waiting: (slot: number) => boolean;
  here: ReadonlyMap<number, string[]>;
}

export function make(kind: string, name: string, words = ""): HTMLElement {
  const made = document.createElement(kind);
  made.className = name;
  if (words) made.textContent = words;
  return made;
}

export class Grid {
  sheet: Sheet = { columns: [], order: [], byRoom: new Map(), boxes: [], from: 0, until: 0, scale: 1 };
  private draft: Draft | undefined;
  private marks: Marks | undefined;
  private readonly drawn = new Map<string, HTMLElement>();
  private frame = 0;

  constructor(
    readonly scroll: HTMLElement, readonly plane: HTMLElement, private readonly heads: HTMLElement,
    private readonly axis: HTMLElement, readonly field: HTMLElement, private readonly words: Words,
    private readonly time: (minutes: number) => string,
  ) {
    scroll.addEventListener("scroll", () => this.soon(), { passive: true });
    new ResizeObserver(() => this.soon()).observe(scroll);
  }

  /** Lay out a day anew and draw it. */
  set(draft: Draft, day: Day, look: Look, marks: Marks): void {
    this.draft = draft;
    this.marks = marks;
    this.sheet = sheet(draft, day, look);
    const { from, until, scale } = this.sheet;
    this.field.style.inlineSize = `${width(this.sheet.columns)}px`;
    this.field.style.blockSize = `${(until - from) * scale}px`;
    this.field.style.setProperty("--hour", `${60 * scale}px`);
    this.drawAxis();
    this.heads.replaceChildren();
    this.field.querySelectorAll(".te-block").forEach((one) => one.remove());
    for (const block of draft.blocks) {
      if (block.end <= from || block.start >= until) continue;
      const [first, last] = [Math.max(block.start, from), Math.min(block.end, until)];
      for (const column of block.rooms.length ? this.sheet.columns.filter(({ room }) => block.rooms.includes(room)) : [null]) {
        const made = make("div", `te-block ${block.kind}`);
        const label = make("button", "", block.title) as HTMLButtonElement;
        label.type = "button";
        label.dataset["block"] = String(block.id);
        made.append(label);
        Object.assign(made.style, {
          top: `${(first - from) * scale}px`, height: `${(last - first) * scale}px`,
          left: column ? `${column.x}px` : "0", width: column ? `${column.width}px` : "100%",
        });
        this.field.prepend(made);
      }
    }
    this.draw();
  }

  /** The marks alone have changed: who is chosen, dimmed, here. */
  mark(marks: Marks): void {
    this.marks = marks;
    this.draw();
  }

  soon(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  boxOf(slot: number): Box | undefined {
    return this.sheet.boxes.find((box) => box.slot.id === slot);
  }

  element(slot: number): HTMLElement | undefined {
    const box = this.boxOf(slot);
    return box && this.drawn.get(box.key);
  }

  /** Bring a place into sight, in the middle when it is out of it. */
  show(box: { x: number; y: number; w: number; h: number }): void {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.scroll;
    const [left, top] = [this.field.offsetLeft, this.field.offsetTop];
    const wide = clientWidth - left;
    const high = clientHeight - top;
    if (box.x < scrollLeft || box.x + box.w > scrollLeft + wide) this.scroll.scrollLeft = box.x - (wide - box.w) / 2;
    if (box.y < scrollTop || box.y + Math.min(box.h, high) > scrollTop + high) this.scroll.scrollTop = box.y - high / 3;
    this.draw();
  }

  /** A point of the window as a point of the field. */
  point(x: number, y: number): { x: number; y: number } {
    const at = this.field.getBoundingClientRect();
    return { x: x - at.left, y: y - at.top };
  }

  shade(bands: readonly Band[], unfit: (room: number) => string): void {
    this.unshade();
    const { from, scale } = this.sheet;
    for (const { start, end, level, words } of bands.slice(0, 200)) {
      const made = make("div", `te-shade ${level}`);
      made.append(make("span", "", words));
      Object.assign(made.style, { top: `${(start - from) * scale}px`, height: `${(end - start) * scale}px` });
      this.field.append(made);
    }
    for (const column of this.sheet.columns) {
      const why = column.room > 0 ? unfit(column.room) : "";
      if (!why) continue;
      const made = make("div", "te-shade te-unfit");
      Object.assign(made.style, { left: `${column.x}px`, width: `${column.width}px` });
      made.title = why;
      this.field.append(made);
    }
  }

  unshade(): void {
    this.field.querySelectorAll(".te-shade").forEach((one) => one.remove());
  }

  draw(): void {
    if (!this.draft || !this.marks) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.scroll;
    const [left, right] = [scrollLeft - AROUND, scrollLeft + clientWidth + AROUND];
    const [top, bottom] = [scrollTop - AROUND, scrollTop + clientHeight + AROUND];
    const current = this.sheet.boxes.some((box) => box.slot.id === this.marks?.current) ? this.marks.current : this.sheet.boxes[0]?.slot.id;
    const kept = new Set<string>();
    for (const box of this.sheet.boxes) {
      // The one in focus stays, wherever one scrolls: a browser that loses the focused element begins at the top.
      const seen = box.x < right && box.x + box.w > left && box.y < bottom && box.y + box.h > top;
      if (!seen && box.slot.id !== current) continue;
      kept.add(box.key);
      let one = this.drawn.get(box.key);
      if (!one) {
        one = make("button", "te-slot");
        (one as HTMLButtonElement).type = "button";
        this.drawn.set(box.key, one);
        this.field.append(one);
      }
      this.fill(one, box, this.marks, box.slot.id === current);
    }
    for (const [key, one] of this.drawn) {
      if (kept.has(key)) continue;
      one.remove();
      this.drawn.delete(key);
    }
    this.drawHeads(left, right);
  }

  private fill(one: HTMLElement, box: Box, marks: Marks, current: boolean): void {
    const { slot } = box;
    const session = this.draft?.sessions.get(slot.session);
    const level = marks.levels.get(slot.id) ?? "";
    const here = marks.here.get(slot.id) ?? [];
    const state = [
      marks.chosen.has(slot.id) && "chosen", marks.dimmed(slot.id) && "dimmed", slot.pinned && "pinned", level && `level-${level}`,
      marks.waiting(slot.id) && "waiting", here.length > 0 && "visited",
    ].filter(Boolean).join(" ");
    const stamp = `${slot.version} ${box.x} ${box.y} ${box.w} ${box.h} ${box.start} ${state} ${here.join()} ${current}`;
    if (one.dataset["stamp"] === stamp) return;
    one.dataset["stamp"] = stamp;
    one.dataset["slot"] = String(slot.id);
    one.dataset["room"] = String(box.room);
    one.className = `te-slot ${state}`;
    one.tabIndex = current ? 0 : -1;
    one.setAttribute("aria-pressed", String(marks.chosen.has(slot.id)));
    Object.assign(one.style, { left: `${box.x}px`, top: `${box.y}px`, width: `${box.w - 2}px`, height: `${box.h - 1}px` });
    const when = `${this.time(box.start)}–${this.time(box.end)}`;
    const title = session?.title ?? "";
    const room = this.draft?.rooms.get(box.room)?.name ?? this.words.say("no-room");
    one.setAttribute("aria-label", [
      title, when, room, level && this.words.say(`level-${level}`), slot.pinned && this.words.say("is-pinned"),
      here.length > 0 && here.join(", "),
    ].filter(Boolean).join(", "));
    // What a finger touched has to stay in the page, or its moves go nowhere: to be chosen alone changes no words.
    const told = `${title} ${when} ${level} ${slot.pinned} ${here.join()}`;
    if (one.dataset["told"] === told) return;
    one.dataset["told"] = told;
    const marksLine = make("span", "te-marks");
    if (level) marksLine.append(make("span", "te-level", level === "block" ? "!!" : "!"));
    if (slot.pinned) marksLine.append(make("span", "te-pin"));
    for (const name of here) {
      const badge = make("span", "te-initials");
      badge.dataset["initials"] = initials(name); // drawn by the style: the label has the name itself
      badge.title = name;
      marksLine.append(badge);
    }
    const whenLine = make("span", "te-when", when);
    for (const said of [marksLine, whenLine]) said.setAttribute("aria-hidden", "true"); // the label has them in words
    one.replaceChildren(marksLine, make("span", "te-title", title), " ", whenLine, make("span", "te-edge")); // a space: or title and time are one word
  }

  private drawAxis(): void {
    const { from, until, scale } = this.sheet;
    this.axis.replaceChildren();
    this.axis.style.blockSize = `${(until - from) * scale}px`;
    for (let at = from; at < until; at += 60) {
      const tick = make("span", "te-tick", this.time(at));
      tick.style.top = `${(at - from) * scale}px`;
      this.axis.append(tick);
    }
  }

  private drawHeads(left: number, right: number): void {
    const seen = this.sheet.columns.filter((one) => one.x < right && one.x + one.width > left);
    const stamp = seen.map((one) => `${one.room} ${one.building} ${one.x}`).join();
    if (this.heads.dataset["stamp"] === stamp && this.heads.childElementCount) return;
    this.heads.dataset["stamp"] = stamp;
    const focused = (document.activeElement as HTMLElement | null)?.dataset["fold"];
    this.heads.replaceChildren();
    const buildings = new Map<string, { x: number; end: number; folded: boolean }>();
    for (const { building, x, width: wide, folded } of this.sheet.columns) {
      if (!building) continue;
      const held = buildings.get(building);
      if (held && held.end === x) held.end = x + wide;
      else if (!held) buildings.set(building, { x, end: x + wide, folded });
    }
    for (const [name, { x, end, folded }] of buildings) {
      if (x >= right || end <= left) continue;
      const made = make("button", "te-building") as HTMLButtonElement;
      made.type = "button";
      made.dataset["fold"] = name;
      made.setAttribute("aria-expanded", String(!folded));
      made.setAttribute("aria-label", name);
      made.title = name;
      made.append(make("span", "", folded ? "+" : name));
      Object.assign(made.style, { left: `${x}px`, width: `${end - x}px` });
      this.heads.append(made);
      if (focused === name) made.focus({ preventScroll: true });
    }
    for (const column of seen) {
      const room = this.draft?.rooms.get(column.room);
      const made = make("div", column.folded ? "te-room folded" : "te-room", column.folded ? column.building : (room?.name ?? this.words.say("no-room")));
      if (room?.capacity) made.append(make("small", "", this.words.say("seats", { count: room.capacity })));
      Object.assign(made.style, { left: `${column.x}px`, width: `${column.width}px` });
      this.heads.append(made);
    }
  }
}

/** "Grace Hopper" is GH. */
export function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  return [parts[0], parts.length > 1 ? parts[parts.length - 1] : ""].map((part) => [...(part ?? "")][0] ?? "").join("").toUpperCase();
}
