/** What is chosen: whose it is, when and where, what is wrong with it, and what one can do. */
import type { Editor } from "./editor";
import { make } from "./grid";
import type { Slot } from "./picture";

export class Inspector {
  private readonly panel: HTMLElement;

  constructor(private readonly editor: Editor) {
    this.panel = editor.part("inspector");
  }

  draw(): void {
    const { editor } = this;
    const slots = [...editor.chosen].flatMap((id) => editor.draft.slots.get(id) ?? []);
    for (const id of editor.chosen) if (!editor.draft.slots.has(id)) editor.chosen.delete(id);
    const [one] = slots;
    const said = editor.words;
    const focused = this.panel.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["do"] : undefined;
    if (!one) this.panel.replaceChildren(make("p", "soft", said.say("chosen-none")));
    else if (slots.length === 1) this.panel.replaceChildren(...this.about(one), this.buttons(slots));
    else {
      this.panel.replaceChildren(
        make("h2", "", said.say("chosen-many", { count: slots.length })),
        ...slots.slice(0, 12).map((slot) => make("p", "small", editor.title(slot.session))), this.buttons(slots),
      );
    }
    if (focused) this.panel.querySelector<HTMLElement>(`[data-do="${focused}"]`)?.focus();
  }

  private about(slot: Slot): HTMLElement[] {
    const { draft, words, clock, sessionsRoot } = this.editor;
    const session = draft.sessions.get(slot.session);
    const { start, end, rooms } = draft.place(slot);
    const facts = make("dl", "te-facts");
    const fact = (name: string, value: string): void => {
      if (!value) return;
      const pair = make("div", "");
      pair.append(make("dt", "", words.say(name)), make("dd", "", value));
      facts.append(pair);
    };
    fact("when", start === null || end === null ? "" : clock.span(start, end));
    fact("where", this.editor.where(rooms));
    fact("people", (session?.people ?? []).map((id) => draft.people.get(id) ?? "").filter(Boolean).join(", "));
    fact("unit", draft.units.find(([id]) => id === session?.unit)?.[1] ?? "");
    fact("headcount", session?.headcount ? String(session.headcount) : "");
    const title = make("h2", "");
    const link = make("a", "", session?.title ?? "") as HTMLAnchorElement;
    link.href = `${sessionsRoot}/${session?.code ?? ""}`;
    title.append(link);
    const found = draft.conflicts.filter((conflict) => conflict.one === slot.id || conflict.other === slot.id);
    const list = make("ul", "te-conflicts");
    for (const conflict of found.slice(0, 30)) {
      const item = make("li", `level-${conflict.level}`);
      item.append(make("strong", "", words.say(`level-${conflict.level}`)), ` ${this.editor.problems.words(conflict, slot.id)}`);
      list.append(item);
    }
    return found.length ? [title, facts, make("h3", "", words.say("conflicts")), list] : [title, facts];
  }

  private buttons(slots: readonly Slot[]): HTMLElement {
    const row = make("p", "te-actions");
    const { editor } = this;
    if (editor.readOnly) return row;
    const button = (what: string, words: string): void => {
      const made = make("button", "button small", words) as HTMLButtonElement;
      made.type = "button";
      made.dataset["do"] = what;
      row.append(made);
    };
    const say = (word: string): string => editor.words.say(word);
    const laid = slots.filter((slot) => editor.draft.place(slot).start !== null);
    if (!slots.every(({ pinned }) => pinned)) button("take-up", say("take-up"));
    button("pin", say(slots.every(({ pinned }) => pinned) ? "unpin" : "pin"));
    if (laid.length) button("tray", say("tray"));
    if (laid.length === 2 && slots.length === 2) button("swap", say("swap"));
    const [only] = slots;
    const several = only && [...editor.draft.slots.values()].filter(({ session }) => session === only.session).length > 1;
    if (slots.length === 1 && several) button("remove", say("remove"));
    if (laid.length === slots.length && !slots.some(({ pinned }) => pinned)) {
      for (const [index, day] of editor.days.entries()) {
        if (index !== editor.turned) button(`day-${index}`, editor.words.say("on-day", { day: editor.clock.day(day.from) }));
      }
    }
    return row;
  }
}
