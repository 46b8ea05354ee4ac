/** Which slots are chosen, and which one is in focus. */
import type { Editor } from "./editor";

export class Choice {
  readonly chosen = new Set<number>();
  /** The one that Tab comes back to. */
  current: number | null = null;

  constructor(private readonly editor: Editor) {}

  /** The slot chosen last, for telling others where one is. */
  get last(): number | null {
    return [...this.chosen].at(-1) ?? null;
  }

  choose(slots: readonly number[], add = false): void {
    const toggled = add ? slots.filter((one) => this.chosen.has(one)) : [];
    if (!add) this.chosen.clear();
    for (const one of slots) this.chosen.add(one);
    for (const one of toggled) this.chosen.delete(one);
    this.current = slots[slots.length - 1] ?? this.current;
    this.editor.mark();
    this.editor.inspector.draw();
  }

  /** Choose it without drawing: it is drawn with everything else. */
  only(slot: number): void {
    this.chosen.clear();
    this.chosen.add(slot);
    this.current = slot;
  }

  focus(slot: number): void {
    const { grid } = this.editor;
    const box = grid.boxOf(slot);
    if (!box) return;
    this.current = slot;
    this.editor.mark();
    grid.show(box);
    grid.element(slot)?.focus({ preventScroll: true });
  }

  /** Turn to a slot's day, unfold its building, bring it into sight and choose it. */
  jump(slot: number): void {
    const { editor } = this;
    const held = editor.draft.slots.get(slot);
    if (!held) return;
    const { start, rooms } = editor.draft.place(held);
    for (const room of rooms) editor.folded.delete(editor.draft.rooms.get(room)?.building ?? "");
    const day = editor.days.findIndex(({ from, until }) => start !== null && start >= from && start < until);
    this.only(slot);
    editor.turn(day < 0 ? editor.turned : day);
    this.focus(slot);
  }
}
