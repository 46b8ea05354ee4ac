/** The event's days; what is dragged onto one waits there for it to turn. */
import type { Editor } from "./editor";
import { make } from "./grid";

export class Tabs {
  constructor(private readonly editor: Editor) {}

  draw(): void {
    const part = this.editor.part("days");
    const { days, turned, clock } = this.editor;
    const stamp = days.map(({ date }) => date).join();
    if (part.dataset["stamp"] !== stamp) {
      part.dataset["stamp"] = stamp;
      part.replaceChildren(...days.map((day, index) => {
        const made = make("button", "te-day", clock.day(day.from)) as HTMLButtonElement;
        made.type = "button";
        made.dataset["day"] = String(index);
        return made;
      }));
    }
    for (const [index, one] of [...part.children].entries()) one.setAttribute("aria-pressed", String(index === turned));
  }
}
