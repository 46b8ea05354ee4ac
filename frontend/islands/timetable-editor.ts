/**
 * <timetable-editor> draws the whole draft and lets it be moved by mouse, finger and keys. What it says stands in the
 * page's <template data-words>, its frame in <template data-frame>; without it the page points to the sessions' own pages.
 */
import { Editor } from "./timetable-editor/editor";
import { Draft, type RawPicture } from "./timetable-editor/picture";
import { Wire } from "./timetable-editor/wire";
import { Words } from "./timetable-editor/words";

const AGAIN = 3000;

class TimetableEditor extends HTMLElement {
  private editor: Editor | undefined;
  private begun = false;

  connectedCallback(): void {
    if (this.begun) return;
    this.begun = true;
    void this.begin();
  }

  disconnectedCallback(): void {
    this.editor?.presence.end();
  }

  private async begin(): Promise<void> {
    const frame = this.querySelector<HTMLTemplateElement>("template[data-frame]");
    const template = this.querySelector<HTMLTemplateElement>("template[data-words]");
    if (!frame || !template) return;
    const words = new Words(template);
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    said.textContent = words.say("loading");
    this.querySelector(":scope > p")?.replaceWith(said);
    const raw = await this.fetch(() => (said.textContent = words.say("unreachable")));
    said.remove();
    this.append(frame.content.cloneNode(true));
    this.editor = new Editor(this, words, new Draft(raw));
    this.dataset["ready"] = "";
  }

  private async fetch(failed: () => void): Promise<RawPicture> {
    for (;;) {
      try {
        return await new Wire(this.dataset["root"] ?? "").picture();
      } catch {
        failed();
        await new Promise((resolve) => window.setTimeout(resolve, AGAIN));
      }
    }
  }
}

customElements.define("timetable-editor", TimetableEditor);
