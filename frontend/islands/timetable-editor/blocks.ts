/** Blocks and breaks: laid on one day or several, changed or taken away, one or the whole series, in a dialog. */
import { clockOf, dateOf } from "./days";
import type { Editor } from "./editor";
import type { Block } from "./picture";
import type { BlockFields, Command, Refusal } from "./wire";

type Laid = Extract<Command, { do: "block" }>;

export class Blocks {
  private readonly dialog: HTMLDialogElement;
  private readonly form: HTMLFormElement;

  constructor(private readonly editor: Editor) {
    this.dialog = editor.part("block") as HTMLDialogElement;
    this.form = this.dialog.querySelector("form") as HTMLFormElement;
  }

  /** A new one, or another place for one that lies there. */
  async lay(id = 0): Promise<void> {
    const { editor } = this;
    const held = editor.draft.blocks.find((one) => one.id === id);
    if (!editor.mayBlock || (id && !held)) return;
    this.fill(held ? this.fieldsOf(held) : { kind: "break", title: "", start: "12:00", end: "13:00", days: [editor.day.date], rooms: [] }, held, false);
    const answer = await this.ask();
    const whole = this.ticked("whole");
    if (answer === "remove" && held) {
      editor.acts.ask({ do: "remove-block", block: id, version: held.version, whole }, editor.words.say("block-gone", { title: held.title }));
    } else if (answer === "lay") {
      const fields = this.fields(id);
      editor.acts.ask({ do: "block", block: id, version: held?.version ?? 0, whole, fields }, editor.words.say("block-laid", { title: fields.title }));
    }
  }

  /** What could not be read stands in the dialog again, with the reasons; null when it is given up. */
  async again(command: Laid, why: Refusal): Promise<Laid | null> {
    const held = this.editor.draft.blocks.find((one) => one.id === command.block);
    this.fill(command.fields, held, command.whole);
    this.editor.part("block-why").textContent = why.detail;
    if ((await this.ask()) !== "lay") {
      this.editor.say("given-up");
      return null;
    }
    return { ...command, whole: this.ticked("whole"), fields: this.fields(command.block) };
  }

  private fieldsOf({ kind, title, start, end, rooms }: Block): BlockFields {
    const zone = this.editor.draft.event.timezone;
    return { kind, title, start: clockOf(start, zone), end: clockOf(end, zone), days: [dateOf(start, zone)], rooms };
  }

  private fill(fields: BlockFields, held: Block | undefined, whole: boolean): void {
    this.editor.part("block-why").textContent = "";
    for (const name of ["kind", "title", "start", "end"] as const) this.input(name).value = fields[name];
    this.input("day").value = fields.days[0] ?? "";
    for (const box of this.all("days")) box.checked = fields.days.includes(box.value);
    const rooms = new Set(fields.rooms.map(String));
    for (const option of this.form.querySelectorAll<HTMLOptionElement>('[name="rooms"] option')) option.selected = rooms.has(option.value);
    (this.input("whole") as HTMLInputElement).checked = whole;
    this.editor.part("block-days").toggleAttribute("hidden", held !== undefined);
    this.editor.part("block-day").toggleAttribute("hidden", held === undefined);
    this.editor.part("block-whole").toggleAttribute("hidden", (held?.together ?? 1) < 2);
    this.form.querySelector('[value="remove"]')?.toggleAttribute("hidden", held === undefined);
  }

  private fields(id: number): BlockFields {
    const days = id ? [this.input("day").value] : this.all("days").filter(({ checked }) => checked).map(({ value }) => value);
    const rooms = [...this.form.querySelectorAll<HTMLOptionElement>('[name="rooms"] option')].filter(({ selected }) => selected);
    const [kind, title, start, end] = (["kind", "title", "start", "end"] as const).map((name) => this.input(name).value);
    return { kind: kind ?? "", title: title ?? "", start: start ?? "", end: end ?? "", days, rooms: rooms.map(({ value }) => Number(value)) };
  }

  private ask(): Promise<string> {
    return this.editor.dialogs.answer(this.dialog);
  }

  private input(name: string): HTMLInputElement | HTMLSelectElement {
    return this.form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;
  }

  private all(name: string): HTMLInputElement[] {
    return [...this.form.querySelectorAll<HTMLInputElement>(`[name="${name}"]`)];
  }

  private ticked(name: string): boolean {
    return (this.input(name) as HTMLInputElement).checked;
  }
}
