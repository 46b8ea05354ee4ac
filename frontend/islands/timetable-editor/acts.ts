/** What buttons and keys do, and the gestures that come of it. */
import { type Item, swapped } from "./carry";
import type { Editor } from "./editor";
import type { Asked } from "./gestures";
import type { Conflict } from "./picture";
import type { Command } from "./wire";

export class Acts {
  constructor(private readonly editor: Editor) {}

  /** What a button or a key names. */
  act(what: string): void {
    const { editor } = this;
    if (what === "zoom-in" || what === "zoom-out") editor.magnify(what === "zoom-in" ? 1 : -1);
    else if (what === "problem-next") editor.problems.walk(1);
    else if (what === "problem-back") editor.problems.walk(-1);
    else if (what === "problem-list") editor.problems.toggle();
    else if (what === "filters" || what === "filter-none") editor.filters.act(what);
    else if (editor.readOnly) return;
    else if (what === "undo" || what === "redo") this.turn(what);
    else if (what === "block-new") void editor.blocks.lay();
    else this.withChosen(what, editor.holding.itemsOf(editor.choice.chosen));
  }

  /** Let a conflict stand, with a reason that is asked for; or, accepted already, make it one again. */
  async accept(conflict: Conflict): Promise<void> {
    const { editor } = this;
    const { kind, one, other, subject, note } = conflict;
    const about = editor.problems.words(conflict, one);
    const reason = note ? "" : await editor.dialogs.reason(about);
    if (reason === null) return;
    this.ask({ do: "accept", kind, one, other, subject, reason }, editor.words.say(note ? "unaccepted" : "accepted", { what: about }));
  }

  lay(items: readonly Item[], said = ""): void {
    const { editor } = this;
    const [one] = items;
    if (!one) return;
    const words = said || (items.length > 1
      ? editor.words.say("dropped-many", { count: items.length })
      : editor.words.say("dropped", { title: editor.title(one.session), when: editor.clock.span(one.start, one.end), where: editor.where(one.rooms) }));
    if (one.slot === null) {
      const { session, start, end, rooms } = one;
      this.ask({ do: "add", session, start, end, rooms }, words);
    } else {
      this.ask({ do: "move", steps: items.flatMap(({ slot, version, start, end, rooms }) => (slot === null ? [] : [{ slot, version, start, end, rooms }])) }, words);
    }
  }

  toTray(items: readonly Item[]): void {
    const steps = items.flatMap(({ slot, version }) => (slot === null ? [] : [{ slot, version, start: null, end: null, rooms: [] }]));
    const titles = items.map(({ session }) => this.editor.title(session)).join(", ");
    if (steps.length) this.ask({ do: "move", steps }, this.editor.words.say("to-tray", { title: titles }));
  }

  ask(command: Command, said: string, kind: Asked["kind"] = "gesture"): void {
    this.editor.gestures.ask({ command, said, kind });
  }

  private turn(what: "undo" | "redo"): void {
    const { editor } = this;
    if (editor.journal[what] || editor.gestures.open) this.ask({ do: "undo", command: "" }, editor.words.say(what === "undo" ? "undone" : "redone"), what);
    else editor.say(`nothing-to-${what}`);
  }

  private withChosen(what: string, items: readonly Item[]): void {
    const { editor } = this;
    const { holding, words } = editor;
    const [one, other] = items;
    if (!one) return;
    if (what === "tray") {
      const pinned = holding.pinned(items);
      if (pinned) editor.say("pinned-stays", { title: editor.title(pinned.session) });
      else this.toTray(items);
    } else if (what === "pin") {
      const pinned = !items.every(({ slot }) => slot !== null && editor.draft.slots.get(slot)?.pinned);
      const title = items.map(({ session }) => editor.title(session)).join(", ");
      this.ask({ do: "pin", slots: [...editor.choice.chosen], pinned }, words.say(pinned ? "pinned-now" : "unpinned-now", { title }));
    } else if (what === "swap" && other && items.length === 2) {
      const pinned = holding.pinned(items);
      if (pinned) editor.say("pinned-stays", { title: editor.title(pinned.session) });
      else this.lay(swapped(one, other), words.say("swapped"));
    } else if (what === "take-up" && one.slot !== null) {
      editor.choice.focus(one.slot);
      holding.takeUp(one.slot, one.rooms[0] ?? 0);
    } else if (what === "once-more" && one.slot !== null) {
      editor.choice.focus(one.slot);
      holding.takeNew(one.session, one);
    } else if (what === "remove" && one.slot !== null) {
      this.ask({ do: "remove", slot: one.slot, version: one.version }, words.say("removed", { title: editor.title(one.session) }));
    } else if (what.startsWith("day-")) this.toDay(items, Number(what.slice(4)));
  }

  /** The same hours of another day, for everything chosen. */
  private toDay(items: readonly Item[], index: number): void {
    const { editor } = this;
    const to = editor.days[index];
    if (!to) return;
    const laid = items.map((item) => {
      const day = editor.days.find(({ from, until }) => item.start >= from && item.start < until) ?? editor.day;
      const by = to.from - day.from;
      return { ...item, start: item.start + by, end: item.end + by };
    });
    this.lay(laid);
    editor.turn(index);
  }
}
