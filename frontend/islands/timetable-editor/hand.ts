/** Something in the hand: shown as ghosts over the day, aimed by the pointer or by keys, dropped or put back. */
import { type Item, moved, resized } from "./carry";
import type { Editor } from "./editor";
import { make } from "./grid";
import { same } from "./picture";
import { Shades } from "./shades";

const MOST_GHOSTS = 60;

export class Hand {
  minutes = 0;
  shift = 0;
  longer = 0;
  /** Over the tray: dropped there, it has no time. */
  tray = false;
  private readonly ghosts: HTMLElement[] = [];
  private shades = new Shades();

  /** anchor: the one that was grabbed; room: in which of its columns (0: none yet). */
  constructor(private readonly editor: Editor, readonly items: readonly Item[], readonly anchor: Item, readonly room: number) {
    document.documentElement.classList.add("te-carrying");
    void editor.wire.shades(anchor.slot, anchor.session).then(
      (told) => {
        if (editor.holding.hand !== this) return;
        this.shades = new Shades(told);
        this.shade();
        this.draw();
      },
      () => undefined, // Without shades one can drop all the same; the server says no where it has to.
    );
  }

  /** Where everything would lie if it were dropped now. */
  get at(): Item[] {
    const laid = moved(this.items, this.minutes, this.shift, this.editor.grid.sheet.order);
    return this.longer ? laid.map((one) => resized(one, this.longer)) : laid;
  }

  get lies(): Item {
    const at = this.items.indexOf(this.anchor);
    return this.at[at] ?? this.anchor;
  }

  /** Aim elsewhere. True when it is another place than before. */
  aim(minutes: number, shift: number, longer = this.longer): boolean {
    if (minutes === this.minutes && shift === this.shift && longer === this.longer) return false;
    [this.minutes, this.shift, this.longer] = [minutes, shift, longer];
    this.draw();
    return true;
  }

  shade(): void {
    const { from, until } = this.editor.grid.sheet;
    this.editor.grid.shade(this.shades.bands(from, until), (room) => this.shades.room(room));
  }

  /** Reasons against the place it is over, by name. */
  reasons(): string[] {
    const { start, end, rooms, slot } = this.lies;
    const found = this.shades.reasons(start, end, rooms);
    const own = new Set(this.items.map((one) => one.slot));
    const there = this.editor.grid.sheet.boxes.find(
      (box) => box.slot.id !== slot && !own.has(box.slot.id) && rooms.includes(box.room) && box.start < end && box.end > start,
    );
    if (there) found.push(this.editor.words.say("beside", { title: this.editor.title(there.slot.session) }));
    return found;
  }

  /** Only the transform changes while it moves; sizes only where columns differ or the end is dragged. */
  draw(): void {
    const { byRoom, from, scale } = this.editor.grid.sheet;
    let count = 0;
    for (const { session, start, end, rooms } of this.at) {
      for (const room of rooms.length ? rooms : [0]) {
        const column = byRoom.get(room);
        if (!column || count >= MOST_GHOSTS) continue;
        let ghost = this.ghosts[count];
        if (!ghost) {
          ghost = make("div", "te-ghost", this.editor.title(session));
          ghost.setAttribute("aria-hidden", "true");
          this.ghosts.push(ghost);
          this.editor.grid.field.append(ghost);
        }
        count += 1;
        const [width, height] = [`${column.width - 2}px`, `${Math.max(8, (end - start) * scale)}px`];
        if (ghost.style.width !== width) ghost.style.width = width;
        if (ghost.style.height !== height) ghost.style.height = height;
        ghost.style.transform = `translate(${column.x}px, ${(start - from) * scale}px)`;
      }
    }
    while (this.ghosts.length > count) this.ghosts.pop()?.remove();
    const { start, end, rooms } = this.lies;
    const why = this.reasons();
    this.ghosts[0]?.classList.toggle("bad", why.length > 0);
    this.editor.why([this.editor.whenWhere(start, end, rooms), ...why].join(" · "));
  }

  /** Is everything where it was? What comes from the tray is not, wherever it is held. */
  get idle(): boolean {
    return this.at.every(({ slot, start, end, rooms }) => {
      const held = this.editor.draft.slots.get(slot ?? 0);
      if (!held) return this.tray;
      return same(this.editor.draft.place(held), this.tray ? { start: null, end: null, rooms: [] } : { start, end, rooms });
    });
  }

  clear(): void {
    document.documentElement.classList.remove("te-carrying");
    for (const ghost of this.ghosts) ghost.remove();
    this.editor.grid.unshade();
    this.editor.why("");
  }
}
