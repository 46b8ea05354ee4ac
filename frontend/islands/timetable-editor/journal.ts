/** This person's own commands, to take back and to make again. */
export class Journal {
  private readonly done: string[] = [];
  private readonly undone: string[] = [];

  /** A new gesture: what was taken back before it can no longer be made again. */
  note(command: string): void {
    this.done.push(command);
    this.undone.length = 0;
  }

  get undo(): string | undefined {
    return this.done[this.done.length - 1];
  }

  get redo(): string | undefined {
    return this.undone[this.undone.length - 1];
  }

  /** `made` took the last one back, and is what a redo takes back. */
  tookBack(made: string): void {
    this.done.pop();
    this.undone.push(made);
  }

  madeAgain(made: string): void {
    this.undone.pop();
    this.done.push(made);
  }

  /** It cannot be taken back any more. */
  forget(command: string): void {
    for (const list of [this.done, this.undone]) {
      const at = list.lastIndexOf(command);
      if (at >= 0) list.splice(at, 1);
    }
  }
}
