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
      const done = editor.holding.hand ? this.withHand(event) : this.empty(event);
      if (done) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
  }

  private withHand(event: KeyboardEvent): boolean {
    const { editor } = this;
    const { hand } = editor.holding;
    if (!hand) return false;
    const down = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const right = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (event.key === "Enter" || event.key === " ") editor.holding.drop();
    else if (event.key === "Escape") editor.holding.giveUp();
    else if (event.key === "Delete") {
      hand.tray = true;
      editor.holding.drop();
    } else if (down && event.altKey) hand.aim(hand.minutes, hand.shift, hand.longer + STEP * down);
    else if (down) hand.aim(hand.minutes + (event.shiftKey ? 60 : STEP) * down, hand.shift);
    else if (right && event.shiftKey) editor.holding.carryToDay(right);
    else if (right) hand.aim(hand.minutes, editor.holding.clampShift(hand.shift + right));
    else return event.key === "Tab"; // Leaving with something in the hand would lose it from sight.
    editor.holding.tell();
    return true;
  }

  private empty(event: KeyboardEvent): boolean {
    const { editor } = this;
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (event.ctrlKey || event.metaKey) {
      const key = event.key.toLowerCase();
      if (key === "z") editor.acts.act(event.shiftKey ? "redo" : "undo");
      else if (key === "y") editor.acts.act("redo");
      else return false;
      return true;
    }
    if (event.key === "Escape" && editor.choice.chosen.size) {
      editor.choice.choose([]);
      return true;
    }
    const fresh = target?.closest<HTMLElement>("[data-session]");
    const held = target?.closest<HTMLElement>("[data-slot]");
    if (fresh && event.key === "Enter") {
      editor.holding.takeNew(Number(fresh.dataset["session"]));
      return true;
    }
    if (!held) return false;
    const id = Number(held.dataset["slot"]);
    if (event.key === "Enter") {
      editor.holding.takeUp(id, Number(held.dataset["room"] ?? 0));
      return true;
    }
    if (held.closest("[data-part=tray]")) return false;
    if (event.key.startsWith("Arrow")) {
      const from = editor.grid.boxOf(id);
      const to = from && neighbour(editor.grid.sheet.boxes, from, event.key);
      if (to) editor.choice.focus(to.slot.id);
      return true;
    }
    if (event.key === " ") editor.choice.choose([id], true);
    else if (event.key === "n" || event.key === "N") editor.acts.act(event.shiftKey ? "problem-back" : "problem-next");
    else {
      if (!["Delete", "p", "P", "x", "X"].includes(event.key)) return false;
      if (!editor.choice.chosen.has(id)) editor.choice.choose([id]);
      editor.acts.act(event.key === "Delete" ? "tray" : event.key.toLowerCase() === "p" ? "pin" : "swap");
    }
    return true;
  }
}
