/** The keyboard alone: what each key does, in the timetable, in the tray and with something in the hand. */
import { neighbour } from "./boxes";
import type { Editor } from "./editor";
import { STEP } from "./layout";

export class Keys {
  constructor(private readonly editor: Editor) {
    // Firefox clicks a button when Space is let go.
    editor.host.addEventListener("keyup", (event) => {
      if (event.key === " " && event.target instanceof HTMLElement && event.target.closest("[data-slot]")) event.preventDefault();
    });
    editor.host.addEventListener("keydown", (event) => {
      if (event.target instanceof HTMLElement && event.target.closest("input, select, textarea, dialog")) return;
      const done = editor.hand ? this.withHand(event) : this.empty(event);
      if (done) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
  }

  private withHand(event: KeyboardEvent): boolean {
    const { editor } = this;
    const { hand } = editor;
    if (!hand) return false;
    const down = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const right = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (event.key === "Enter" || event.key === " ") editor.drop();
    else if (event.key === "Escape") editor.giveUp();
    else if (event.key === "Delete") {
      hand.tray = true;
      editor.drop();
    } else if (down && event.altKey) hand.aim(hand.minutes, hand.shift, hand.longer + STEP * down);
    else if (down) hand.aim(hand.minutes + (event.shiftKey ? 60 : STEP) * down, hand.shift);
    else if (right && event.shiftKey) editor.carryToDay(right);
    else if (right) hand.aim(hand.minutes, editor.clampShift(hand.shift + right));
    else return event.key === "Tab"; // Leaving with something in the hand would lose it from sight.
    if (editor.hand) editor.tellHand();
    return true;
  }

  private empty(event: KeyboardEvent): boolean {
    const { editor } = this;
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (event.ctrlKey || event.metaKey) {
      const key = event.key.toLowerCase();
      if (key === "z") editor.act(event.shiftKey ? "redo" : "undo");
      else if (key === "y") editor.act("redo");
      else return false;
      return true;
    }
    if (event.key === "Escape" && editor.chosen.size) {
      editor.choose([]);
      return true;
    }
    const fresh = target?.closest<HTMLElement>("[data-session]");
    const held = target?.closest<HTMLElement>("[data-slot]");
    if (fresh && event.key === "Enter") return editor.takeFresh(Number(fresh.dataset["session"]));
    if (!held) return false;
    const id = Number(held.dataset["slot"]);
    if (event.key === "Enter") return editor.takeUp(id, Number(held.dataset["room"] ?? 0));
    if (held.closest("[data-part=tray]")) return false;
    if (event.key.startsWith("Arrow")) {
      const from = editor.grid.boxOf(id);
      const to = from && neighbour(editor.grid.sheet.boxes, from, event.key);
      if (to) editor.focus(to.slot.id);
      return true;
    }
    if (event.key === " ") editor.choose([id], true);
    else if (event.key === "n" || event.key === "N") editor.act(event.shiftKey ? "problem-back" : "problem-next");
    else {
      if (!["Delete", "p", "P", "x", "X"].includes(event.key)) return false;
      if (!editor.chosen.has(id)) editor.choose([id]);
      editor.act(event.key === "Delete" ? "tray" : event.key.toLowerCase() === "p" ? "pin" : "swap");
    }
    return true;
  }
}
