/** What becomes of a gesture when the server has answered: noted for undo, or refused and asked about. */
import type { Editor } from "./editor";
import type { Asked } from "./gestures";
import type { Command, Done, Refusal } from "./wire";

export class Outcomes {
  constructor(private readonly editor: Editor) {}

  settled(asked: Asked, done: Done | null): void {
    const { editor } = this;
    const { journal, choice } = editor;
    if (asked.kind !== "gesture" && asked.command.do === "undo") {
      if (!done?.command) journal.forget(asked.command.command);
      else if (asked.kind === "undo") journal.tookBack(done.command);
      else journal.madeAgain(done.command);
    } else if (done?.command) journal.note(done.command);
    if (done) editor.part("said").textContent = asked.said;
    const [slot] = done?.slots ?? [];
    if (asked.command.do === "add" && slot) choice.only(slot[0]);
    editor.findDays();
  }

  /** The command to send instead, or null to give up. */
  async refused(asked: Asked, why: Refusal): Promise<Command | null> {
    const { editor } = this;
    const { command } = asked;
    if (why.taken && (command.do === "move" || command.do === "add" || command.do === "undo")) {
      const reason = await editor.dialogs.taken(why.detail);
      if (reason) return { ...command, accept: reason };
      editor.say("given-up");
      return null;
    }
    if (why.theirs && why.yours) {
      await editor.presence.look();
      const again = (await editor.dialogs.stale(why)) ? this.overTheirs(command) : null;
      if (!again) editor.say("given-up");
      return again;
    }
    if (why.errors && command.do === "block") {
      const instead = await editor.blocks.again(command, why);
      if (instead) asked.said = editor.words.say("block-laid", { title: instead.fields.title });
      return instead;
    }
    editor.say("refused", { why: why.detail });
    await editor.presence.look();
    return null;
  }

  /** The same, by the version that somebody else has made. */
  private overTheirs(command: Command): Command | null {
    const { draft } = this.editor;
    if (command.do === "move") {
      return { ...command, steps: command.steps.map((step) => ({ ...step, version: draft.slots.get(step.slot)?.version ?? step.version })) };
    }
    if (command.do === "remove") return { ...command, version: draft.slots.get(command.slot)?.version ?? command.version };
    if (command.do === "block" || command.do === "remove-block") {
      return { ...command, version: draft.blocks.find(({ id }) => id === command.block)?.version ?? command.version };
    }
    return null;
  }
}
