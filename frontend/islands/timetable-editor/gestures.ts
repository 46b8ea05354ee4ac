/**
 * Gestures on their way: drawn at once, sent one after the other, and settled by the answer. What is refused is put back
 * and said; what got no answer is kept and sent again when the network is back, under the same id: it is done once.
 */
import type { Draft, Place } from "./picture";
import { type Command, type Done, Lost, Refused, type Refusal, newId } from "./wire";

export interface Asked {
  /** Of an undo with "" as its command, the journal says which when its turn comes. */
  command: Command;
  /** What to say when it is done. */
  said: string;
  /** "gesture", or which way the journal is turned. */
  kind: "gesture" | "undo" | "redo";
}
export interface Answers {
  /** The command that is to be taken back or made again now: known only when everything before it is answered. */
  turns(kind: "undo" | "redo"): string | undefined;
  /** Draw again: a place has changed. */
  changed(): void;
  settled(asked: Asked, done: Done | null): void;
  /** Returns the command to send instead, or null to give up; meanwhile it is drawn where it was put. */
  refused(asked: Asked, why: Refusal): Promise<Command | null>;
  /** No answer: the gesture is kept. */
  waiting(): void;
  /** The network came and went, and it could not be done all the same. */
  putBack(asked: Asked): void;
}
export interface Sender { send(command: Command): Promise<Done> }

/** How often one gesture is sent before it is put back and said so. */
const TRIES = 5;

interface Waiting extends Asked { tries: number }

export class Gestures {
  private readonly queue: Waiting[] = [];
  private busy = false;
  private away = false;

  constructor(private readonly draft: () => Draft, private readonly wire: Sender, private readonly answers: Answers) {}

  /** How many are not answered yet. */
  get open(): number {
    return this.queue.length;
  }

  get lost(): boolean {
    return this.away;
  }

  ask(asked: Asked): void {
    this.queue.push({ ...asked, command: { ...asked.command, id: newId() }, tries: 0 });
    this.lay();
    this.answers.changed();
    void this.run();
  }

  /** The network is back: what was not answered is sent again. */
  back(): void {
    if (!this.away) return;
    this.away = false;
    void this.run();
  }

  /** Where everything in the queue is to lie, over what the server said. */
  private lay(): void {
    const laid = this.draft().laid;
    laid.clear();
    for (const { command } of this.queue) {
      if (command.do === "move") for (const { slot, start, end, rooms } of command.steps) laid.set(slot, { start, end, rooms } satisfies Place);
      if (command.do === "remove") laid.set(command.slot, { start: null, end: null, rooms: [] });
    }
  }

  private async run(): Promise<void> {
    if (this.busy || this.away) return;
    this.busy = true;
    try {
      for (let one = this.queue[0]; one && !this.away; one = this.queue[0]) await this.send(one);
    } finally {
      this.busy = false;
    }
  }

  private async send(one: Waiting): Promise<void> {
    if (one.kind !== "gesture" && one.command.do === "undo" && !one.command.command) {
      const command = this.answers.turns(one.kind);
      if (!command) {
        this.leave(one);
        return;
      }
      one.command = { ...one.command, command };
    }
    try {
      const done = await this.wire.send(one.command);
      this.draft().take(done);
      this.follow(one.command);
      this.leave(one);
      this.answers.settled(one, done);
    } catch (error) {
      if (error instanceof Refused) await this.refuse(one, error.why);
      else if (error instanceof Lost) this.lose(one);
      else throw error;
    }
    this.lay();
    this.answers.changed();
  }

  private async refuse(one: Waiting, why: Refusal): Promise<void> {
    const instead = await this.answers.refused(one, why);
    if (instead) one.command = { ...instead, id: newId() };
    else {
      this.leave(one);
      this.answers.settled(one, null);
    }
  }

  private lose(one: Waiting): void {
    one.tries += 1;
    this.away = one.tries < TRIES;
    if (this.away) this.answers.waiting();
    else {
      this.leave(one);
      this.answers.putBack(one);
    }
  }

  private leave(one: Waiting): void {
    const at = this.queue.indexOf(one);
    if (at >= 0) this.queue.splice(at, 1);
    this.lay();
  }

  /** A later gesture on the same slot was made on what this one made: it goes by its version. */
  private follow(command: Command): void {
    const before = new Map<number, number>();
    if (command.do === "move") for (const { slot, version } of command.steps) before.set(slot, version);
    for (const { command: later } of this.queue.slice(1)) {
      if (later.do !== "move") continue;
      for (const step of later.steps) {
        if (before.get(step.slot) === step.version) step.version = this.draft().slots.get(step.slot)?.version ?? step.version;
      }
    }
  }
}
