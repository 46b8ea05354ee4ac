/** What is chosen: whose it is, when and where, what is wrong with it, and what one can do. */
import type { Editor } from "./editor";
import { make } from "./grid";
import type { Conflict, Slot } from "./picture";

export class Inspector {
  private readonly panel: HTMLElement;
  /** The conflicts that are listed, as their buttons count them. */
  private listed: Conflict[] = [];

  constructor(private readonly editor: Editor) {
    this.panel = editor.part("inspector");
  }

  draw(): void {
    const { editor } = this;
    const slots = [...editor.choice.chosen].flatMap((id) => editor.draft.slots.get(id) ?? []);
    for (const id of editor.choice.chosen) if (!editor.draft.slots.has(id)) editor.choice.chosen.delete(id);
    const [one] = slots;
    const said = editor.words;
    const focused = this.panel.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset : {};
    if (!one) this.panel.replaceChildren(make("p", "soft", said.say("chosen-none")));
    else if (slots.length === 1) this.panel.replaceChildren(...this.about(one), this.buttons(slots));
    else {
      this.panel.replaceChildren(
        make("h2", "", said.say("chosen-many", { count: slots.length })),
        ...slots.slice(0, 12).map((slot) => make("p", "small", editor.title(slot.session))), this.buttons(slots),
      );
    }
    for (const [name, value] of Object.entries(focused)) this.panel.querySelector<HTMLElement>(`[data-${name}="${value}"]`)?.focus();
  }

  /** The button of a listed conflict was pressed. */
  accept(index: number): void {
    const conflict = this.listed[index];
    if (conflict) void this.editor.acts.accept(conflict);
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
    this.listed = found.slice(0, 30);
    const list = make("ul", "te-conflicts");
    list.append(...this.listed.map((conflict, index) => this.conflict(conflict, slot.id, index)));
    return found.length ? [title, facts, make("h3", "", words.say("conflicts")), list] : [title, facts];
  }

  private conflict(conflict: Conflict, slot: number, index: number): HTMLElement {
    const { words, problems, mayAccept } = this.editor;
    const { level, note, kind } = conflict;
    const item = make("li", `level-${level}`);
    const about = problems.words(conflict, slot);
    item.append(make("strong", "", words.say(note ? "is-accepted" : `level-${level}`)), ` ${about}`);
    if (note) item.append(make("q", "te-note", note));
    // A room that is taken twice stays so until one of the two moves; what is no matter here needs no one's word.
    if (mayAccept && (note ? kind !== "room" : level !== "ignore")) {
      const made = make("button", "button small", words.say(note ? "unaccept" : "accept")) as HTMLButtonElement;
      made.type = "button";
      made.dataset["accept"] = String(index);
      made.setAttribute("aria-label", `${made.textContent ?? ""}: ${about}`);
      item.append(made);
    }
    return item;
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
    if (laid.length === 1 && slots.length === 1) button("once-more", say("once-more"));
    if (slots.length === 1 && several) button("remove", say("remove"));
    if (laid.length === slots.length && !slots.some(({ pinned }) => pinned)) {
      for (const [index, day] of editor.days.entries()) {
        if (index !== editor.turned) button(`day-${index}`, editor.words.say("on-day", { day: editor.clock.day(day.from) }));
      }
    }
    return row;
  }
}
