/** What has no time yet, with a search; it is dragged out of here, and back. */
import type { Editor } from "./editor";
import { make } from "./grid";

const MOST = 80;

/** Lower case without accents, so that "cafe" finds "Café". */
function plain(words: string): string {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export class Tray {
  private readonly list: HTMLElement;
  private readonly search: HTMLInputElement;

  constructor(private readonly editor: Editor) {
    this.list = editor.part("tray-list");
    this.search = editor.part("tray-search") as HTMLInputElement;
    this.search.addEventListener("input", () => this.draw());
  }

  draw(): void {
    const { editor } = this;
    const query = plain(this.search.value.trim()).split(/\s+/);
    const all = editor.draft.unscheduled();
    const found = all.filter(({ session }) => {
      const text = plain(`${session.title} ${session.code}`);
      return query.every((word) => text.includes(word));
    });
    const stamp = found.slice(0, MOST).map(({ session, slot }) => `${session.id} ${slot?.id ?? ""}`).join();
    editor.part("tray-count").textContent = String(all.length);
    editor.part("tray-more").textContent = found.length > MOST ? editor.words.say("more", { count: found.length - MOST }) : "";
    if (this.list.dataset["stamp"] === stamp) return;
    this.list.dataset["stamp"] = stamp;
    this.list.replaceChildren(...found.slice(0, MOST).map(({ session, slot }) => {
      const item = make("li", "");
      const made = make("button", "te-waiting") as HTMLButtonElement;
      made.type = "button";
      made.dataset[slot ? "slot" : "session"] = String(slot?.id ?? session.id);
      made.append(make("span", "te-title", session.title), make("span", "te-when", editor.words.say("minutes", { count: session.minutes })));
      item.append(made);
      return item;
    }));
  }
}
