/** Conflicts of the whole event, worst first, to be walked through one by one. */
import type { Editor } from "./editor";
import { make } from "./grid";
import type { Conflict } from "./picture";

const SHOWN = 25;
const key = ({ kind, one, other, subject }: Conflict): string => `${kind} ${one} ${other} ${subject}`;

export class Problems {
  private held: Conflict[] = [];
  private from: Conflict[] | null = null;
  /** Where one is: by what it is, so that the place stays when others are solved. */
  private at = "";

  constructor(private readonly editor: Editor) {
    editor.part("problems").addEventListener("click", (event) => {
      const item = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-problem]") : null;
      if (item) this.go(Number(item.dataset["problem"]));
    });
  }

  draw(): void {
    const { conflicts } = this.editor.draft;
    if (this.from !== conflicts) {
      this.from = conflicts;
      const rank = ({ level }: Conflict): number => (level === "block" ? 0 : 1);
      this.held = conflicts.filter(({ level }) => level !== "ignore").sort((a, b) => rank(a) - rank(b) || a.start - b.start || a.one - b.one);
      const part = this.editor.part("problem-count");
      const at = this.held.findIndex((one) => key(one) === this.at);
      part.textContent = this.editor.words.say(this.held.length ? "problems" : "problems-none", { at: at + 1, count: this.held.length });
      if (!this.editor.part("problems").hidden) this.list(Math.max(0, at));
    }
  }

  words({ kind, name, one, other }: Conflict, from: number): string {
    const { draft, words } = this.editor;
    const far = draft.slots.get(one === from ? other : one);
    const title = far && far.id !== from ? words.say("with", { title: this.editor.title(far.session) }) : "";
    return [words.say(`kind-${kind}`), name && `(${name})`, title].filter(Boolean).join(" ");
  }

  walk(by: number): void {
    if (!this.held.length) return;
    const at = this.held.findIndex((one) => key(one) === this.at);
    this.go(at < 0 ? (by > 0 ? 0 : this.held.length - 1) : (at + by + this.held.length) % this.held.length);
  }

  toggle(): void {
    const part = this.editor.part("problems");
    part.hidden = !part.hidden;
    this.editor.part("problem-count").setAttribute("aria-expanded", String(!part.hidden));
    if (!part.hidden) this.list(Math.max(0, this.held.findIndex((one) => key(one) === this.at)));
  }

  private go(index: number): void {
    const one = this.held[index];
    if (!one) return;
    this.at = key(one);
    this.from = null; // the count is written anew
    this.editor.choice.jump(this.editor.draft.slots.has(one.one) ? one.one : one.other);
    this.draw();
    const { words } = this.editor;
    const title = this.editor.title(this.editor.draft.slots.get(one.one)?.session ?? 0);
    this.editor.part("said").textContent = [
      words.say("problems", { at: index + 1, count: this.held.length }), words.say(`level-${one.level}`), title, this.words(one, one.one),
    ].join(": ");
  }

  /** A window of the list around where one is. */
  private list(at: number): void {
    const part = this.editor.part("problems");
    const first = Math.max(0, Math.min(at - 4, this.held.length - SHOWN));
    part.replaceChildren(...this.held.slice(first, first + SHOWN).map((one, index) => {
      const item = make("li", `level-${one.level}`);
      const made = make("button", "te-problem") as HTMLButtonElement;
      made.type = "button";
      made.dataset["problem"] = String(first + index);
      made.setAttribute("aria-pressed", String(key(one) === this.at));
      const title = this.editor.title(this.editor.draft.slots.get(one.one)?.session ?? 0);
      made.append(make("strong", "", this.editor.words.say(`level-${one.level}`)), ` ${title}: ${this.words(one, one.one)}`);
      item.append(made);
      return item;
    }));
    part.setAttribute("start", String(first + 1));
  }
}
