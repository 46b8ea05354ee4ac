/** What has to be asked: why something may be, or, when a gesture is refused, whose state is to be. */
import type { Editor } from "./editor";
import { make } from "./grid";
import type { Refusal } from "./wire";

export class Dialogs {
  constructor(private readonly editor: Editor) {}

  /** The reason to let it overlap, or "" to put it back. */
  async taken(words: string): Promise<string> {
    return (await this.why("taken", words)) ?? "";
  }

  /** The reason why a conflict may stand, or null to leave it one. */
  reason(about: string): Promise<string | null> {
    return this.why("accept", about);
  }

  /** True when this person's state is to be laid over the other's, both having been seen. */
  async stale(why: Refusal): Promise<boolean> {
    const dialog = this.editor.part("stale") as HTMLDialogElement;
    this.editor.part("stale-words").textContent = why.detail;
    this.editor.part("stale-rows").replaceChildren(...Object.entries(why.theirs ?? {}).map(([name, theirs]) => {
      const row = document.createElement("tr");
      const head = make("th", "", name);
      head.setAttribute("scope", "row");
      row.append(head, make("td", "", String(theirs)), make("td", "", String(why.yours?.[name] ?? "")));
      return row;
    }));
    return (await this.answer(dialog)) === "mine";
  }

  /** What was pressed; "" for closing it. */
  answer(dialog: HTMLDialogElement): Promise<string> {
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    });
  }

  /** What was typed, null when it was left. */
  private async why(name: string, words: string): Promise<string | null> {
    const dialog = this.editor.part(name) as HTMLDialogElement;
    this.editor.part(`${name}-words`).textContent = words;
    const input = dialog.querySelector("input");
    if (input) {
      input.value = "";
      input.required = true;
    }
    return (await this.answer(dialog)) === "accept" ? (input?.value.trim() ?? "") || null : null;
  }
}
