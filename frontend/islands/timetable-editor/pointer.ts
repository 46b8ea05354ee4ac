/** Mouse, pen and finger: choose, drag, drag the lower edge, draw a frame around several. A finger holds still first. */
import type { Item } from "./carry";
import type { Editor } from "./editor";
import type { Hand } from "./hand";
import { columnAt, snap } from "./layout";
import { make } from "./grid";

const FAR = 4;
const HOLD = 350;
const EDGE = 48;
const TAB_WAIT = 450;

export class Pointer {
  private x = 0;
  private y = 0;
  private frame = 0;
  private tab: { element: Element; since: number } | null = null;
  /** A click that ends a drag chooses nothing. */
  private dragged = false;

  constructor(private readonly editor: Editor) {
    const { host, grid } = editor;
    host.addEventListener("pointerdown", (event) => this.down(event));
    host.addEventListener("click", (event) => {
      if (!this.dragged) return;
      this.dragged = false;
      event.stopPropagation();
      event.preventDefault();
    }, { capture: true });
    // Once something is in the hand a finger moves it, and no longer the page.
    host.addEventListener("touchmove", (event) => {
      if (editor.holding.hand && event.cancelable) event.preventDefault();
    }, { passive: false });
    grid.scroll.addEventListener("contextmenu", (event) => {
      if (editor.holding.hand) event.preventDefault();
    });
  }

  private down(event: PointerEvent): void {
    this.dragged = false;
    if (event.button !== 0 || !event.isPrimary || this.editor.readOnly || !(event.target instanceof Element)) return;
    if (this.editor.holding.hand) {
      this.place(event, event.target, this.editor.holding.hand);
      return;
    }
    const slot = event.target.closest<HTMLElement>("[data-slot]");
    const fresh = event.target.closest<HTMLElement>("[data-session]");
    const { field } = this.editor.grid;
    const take = slot ?? fresh;
    if (take) this.wait(event, () => (slot ? this.grab(slot, event) : fresh && this.grabFresh(fresh)));
    else if (event.target === field && event.pointerType === "mouse") this.wait(event, () => this.frameAround(event));
  }

  /** Begin when the mouse has gone a little way, or the finger has held still a moment. */
  private wait(first: PointerEvent, begin: () => void): void {
    const touch = first.pointerType === "touch";
    const stop = new AbortController();
    const { signal } = stop;
    const go = (): void => {
      stop.abort();
      window.clearTimeout(timer);
      this.dragged = true;
      begin();
    };
    const timer = touch ? window.setTimeout(go, HOLD) : 0;
    window.addEventListener("pointermove", (event) => {
      [this.x, this.y] = [event.clientX, event.clientY];
      if (Math.hypot(event.clientX - first.clientX, event.clientY - first.clientY) < FAR) return;
      if (!touch) go();
      else if (Math.hypot(event.clientX - first.clientX, event.clientY - first.clientY) > 3 * FAR) {
        stop.abort();
        window.clearTimeout(timer);
      }
    }, { signal });
    for (const end of ["pointerup", "pointercancel"]) {
      window.addEventListener(end, () => {
        stop.abort();
        window.clearTimeout(timer);
      }, { signal });
    }
    [this.x, this.y] = [first.clientX, first.clientY];
  }

  /** What a button or a key put into the hand lies where one presses, and is dropped there. */
  private place(event: PointerEvent, target: Element, hand: Hand): void {
    if (!target.closest("[data-part=scroll], [data-part=tray]")) return;
    [this.x, this.y] = [event.clientX, event.clientY];
    this.dragged = true;
    this.run(() => this.carry(hand.anchor, hand.room, 8));
  }

  private grab(element: HTMLElement, event: PointerEvent): void {
    const id = Number(element.dataset["slot"]);
    const room = Number(element.dataset["room"] ?? 0);
    const { choice, holding } = this.editor;
    if (!choice.chosen.has(id)) choice.choose([id]);
    const edge = event.target instanceof Element && event.target.classList.contains("te-edge");
    const items = holding.itemsOf(edge ? [id] : choice.chosen);
    const anchor = items.find((one) => one.slot === id) ?? items[0];
    if (!anchor || !holding.take(items, anchor, room)) return;
    const box = element.getBoundingClientRect();
    const inTray = element.closest("[data-part=tray-list]") !== null;
    const below = inTray ? 8 : event.clientY - box.top;
    this.run(edge ? () => this.stretch(anchor, event.clientY) : () => this.carry(anchor, room, below));
  }

  private grabFresh(element: HTMLElement): void {
    const { holding } = this.editor;
    const item = holding.newTime(Number(element.dataset["session"]));
    if (item && holding.take([item], item, 0)) this.run(() => this.carry(item, 0, 8));
  }

  /** Follow the pointer, once a frame, until it lets go. */
  private run(step: () => void): void {
    const { holding } = this.editor;
    const stop = new AbortController();
    const { signal } = stop;
    const done = (drop: boolean): void => {
      stop.abort();
      cancelAnimationFrame(this.frame);
      this.tab = null;
      if (!holding.hand) return;
      if (drop) {
        step();
        holding.drop();
      } else holding.giveUp();
    };
    const loop = (): void => {
      if (!holding.hand) {
        stop.abort();
        return;
      }
      this.scrollAtEdges();
      step();
      this.frame = requestAnimationFrame(loop);
    };
    window.addEventListener("pointermove", (event) => {
      [this.x, this.y] = [event.clientX, event.clientY];
    }, { signal });
    window.addEventListener("pointerup", (event) => {
      [this.x, this.y] = [event.clientX, event.clientY];
      done(true);
    }, { signal });
    window.addEventListener("pointercancel", () => done(false), { signal });
    this.frame = requestAnimationFrame(loop);
  }

  private carry(anchor: Item, room: number, below: number): void {
    const { grid, holding: { hand } } = this.editor;
    if (!hand) return;
    const over = document.elementFromPoint(this.x, this.y);
    this.waitOverTab(over);
    hand.tray = over?.closest("[data-part=tray]") != null;
    this.editor.host.classList.toggle("over-tray", hand.tray);
    const { sheet } = grid;
    const { x, y } = grid.point(this.x, this.y);
    const column = sheet.columns[columnAt(sheet.columns, x)];
    const to = column && !column.folded ? sheet.order.indexOf(column.room) : -1;
    const shift = to < 0 ? hand.shift : to - Math.max(0, sheet.order.indexOf(room));
    hand.aim(sheet.from + snap((y - below) / sheet.scale) - anchor.start, shift);
  }

  private stretch(anchor: Item, from: number): void {
    const { grid, holding: { hand } } = this.editor;
    const longer = snap((this.y - from) / grid.sheet.scale);
    hand?.aim(0, 0, Math.max(longer, 5 - (anchor.end - anchor.start)));
  }

  private scrollAtEdges(): void {
    const { scroll, field } = this.editor.grid;
    const at = scroll.getBoundingClientRect();
    if (this.x < at.left || this.x > at.right || this.y < at.top || this.y > at.bottom) return;
    const push = (near: number, far: number): number => (near < EDGE ? near - EDGE : far < EDGE ? EDGE - far : 0) / 3;
    const [x, y] = [push(this.x - at.left - field.offsetLeft, at.right - this.x), push(this.y - at.top - field.offsetTop, at.bottom - this.y)];
    if (x || y) scroll.scrollBy(x, y);
  }

  /** Held over another day's tab for a moment, the day is turned. */
  private waitOverTab(over: Element | null): void {
    const element = over?.closest("[data-day]") ?? null;
    if (!element) this.tab = null;
    else if (this.tab?.element !== element) this.tab = { element, since: performance.now() };
    else if (performance.now() - this.tab.since > TAB_WAIT) {
      this.tab.since = Infinity;
      this.editor.turn(Number((element as HTMLElement).dataset["day"]));
    }
  }

  private frameAround(first: PointerEvent): void {
    const { grid } = this.editor;
    const from = grid.point(first.clientX, first.clientY);
    const box = make("div", "te-frame");
    grid.field.append(box);
    const stop = new AbortController();
    const corners = (event: PointerEvent): [number, number, number, number] => {
      const to = grid.point(event.clientX, event.clientY);
      return [Math.min(from.x, to.x), Math.min(from.y, to.y), Math.abs(from.x - to.x), Math.abs(from.y - to.y)];
    };
    window.addEventListener("pointermove", (event) => {
      const [x, y, w, h] = corners(event);
      Object.assign(box.style, { transform: `translate(${x}px, ${y}px)`, width: `${w}px`, height: `${h}px` });
    }, { signal: stop.signal });
    for (const end of ["pointerup", "pointercancel"] as const) {
      window.addEventListener(end, (event) => {
        stop.abort();
        box.remove();
        if (end === "pointercancel") return;
        const [x, y, w, h] = corners(event);
        const inside = grid.sheet.boxes.filter((one) => one.x < x + w && one.x + one.w > x && one.y < y + h && one.y + one.h > y);
        const kept = event.shiftKey || event.ctrlKey || event.metaKey ? this.editor.choice.chosen : [];
        this.editor.choice.choose([...kept, ...inside.map(({ slot }) => slot.id)]);
      }, { signal: stop.signal });
    }
  }
}
