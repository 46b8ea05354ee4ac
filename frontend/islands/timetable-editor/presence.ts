/** Every second: what others did, taken into the drawing, and who is where. Also how one learns that the network is back. */
import type { Editor } from "./editor";
import { initials, make } from "./grid";
import { Draft } from "./picture";
import { Lost, Refused } from "./wire";

const EVERY = 1000;
const UNSEEN = 5000;

export class Presence {
  /** Names of others at each slot. */
  at: ReadonlyMap<number, string[]> = new Map();
  private stamp = "";
  private looking: Promise<void> | null = null;
  private timer = 0;

  constructor(private readonly editor: Editor) {}

  begin(): void {
    window.addEventListener("online", () => void this.look());
    const again = (): void => {
      this.timer = window.setTimeout(() => void this.look().finally(again), document.hidden ? UNSEEN : EVERY);
    };
    again();
  }

  end(): void {
    window.clearTimeout(this.timer);
  }

  /** One look at a time: who asks meanwhile waits for the one under way and looks again. */
  async look(): Promise<void> {
    await this.looking;
    this.looking ??= this.ask().finally(() => (this.looking = null));
    await this.looking;
  }

  private async ask(): Promise<void> {
    const { editor } = this;
    const { draft } = editor;
    try {
      const told = await editor.wire.changes(draft.number, editor.choice.last);
      this.meet(told.here);
      const { touched, slots, units, conflicts, blocks } = told;
      if (touched && slots && units && conflicts) {
        const known = draft.take({ touched, slots, units, conflicts, ...(blocks && { blocks }) });
        draft.number = Math.max(draft.number, told.number ?? 0);
        // A session that was entered since: the whole picture is fetched anew.
        if (!known) editor.draft = await this.anew();
        editor.findDays();
        editor.draw();
        const other = told.edits?.filter(([, , own]) => !own).at(-1);
        if (other?.[3]) editor.say("others", { name: other[3] });
      }
      if (editor.gestures.lost) {
        editor.say("back");
        editor.gestures.back();
      }
    } catch (error) {
      if (!(error instanceof Lost || error instanceof Refused)) throw error;
    }
  }

  private async anew(): Promise<Draft> {
    const fresh = new Draft(await this.editor.wire.picture());
    for (const [slot, place] of this.editor.draft.laid) fresh.laid.set(slot, place);
    return fresh;
  }

  private meet(here: ReadonlyArray<[number, string, number | null]>): void {
    const stamp = JSON.stringify(here);
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    const at = new Map<number, string[]>();
    for (const [, name, slot] of here) if (slot) at.set(slot, [...(at.get(slot) ?? []), name]);
    this.at = at;
    this.editor.part("here").replaceChildren(...here.map(([, name]) => {
      const badge = make("span", "te-initials", initials(name));
      const said = this.editor.words.say("is-here", { name });
      badge.title = said;
      badge.setAttribute("role", "img");
      badge.setAttribute("aria-label", said);
      return badge;
    }));
    this.editor.mark();
  }
}
