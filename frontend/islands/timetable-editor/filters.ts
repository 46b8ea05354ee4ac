/** Dim what is not of a unit, track, type or building; nothing is hidden, nothing moves. */
import type { Editor } from "./editor";
import type { Named } from "./picture";

export class Filters {
  private readonly chosen = new Map<string, string>();
  private readonly part: HTMLElement;

  constructor(private readonly editor: Editor) {
    this.part = editor.part("filters");
    const { draft } = editor;
    const buildings = [...new Set([...draft.rooms.values()].map(({ building }) => building).filter(Boolean))];
    this.offer("unit", draft.units);
    this.offer("track", draft.tracks);
    this.offer("type", draft.types);
    this.offer("building", buildings.map((name) => [name, name]));
    this.part.addEventListener("change", (event) => {
      if (!(event.target instanceof HTMLSelectElement)) return;
      const name = event.target.dataset["filter"] ?? "";
      if (event.target.value) this.chosen.set(name, event.target.value);
      else this.chosen.delete(name);
      editor.mark();
    });
  }

  private offer(name: string, all: ReadonlyArray<Named | [string, string]>): void {
    const select = this.part.querySelector<HTMLSelectElement>(`[data-filter="${name}"]`);
    for (const [value, words] of all) select?.add(new Option(words, String(value)));
    select?.closest("label")?.toggleAttribute("hidden", all.length === 0);
  }

  act(what: "filters" | "filter-none"): void {
    if (what === "filters") {
      this.part.hidden = !this.part.hidden;
      this.editor.host.querySelector('[data-do="filters"]')?.setAttribute("aria-expanded", String(!this.part.hidden));
      return;
    }
    this.chosen.clear();
    for (const select of this.part.querySelectorAll("select")) select.value = "";
    this.editor.mark();
  }

  dims(id: number): boolean {
    if (!this.chosen.size) return false;
    const { draft } = this.editor;
    const slot = draft.slots.get(id);
    const session = draft.sessions.get(slot?.session ?? 0);
    if (!slot || !session) return false;
    const buildings = draft.place(slot).rooms.map((room) => draft.rooms.get(room)?.building ?? "");
    const is = { unit: [session.unit], track: [session.track], type: [session.type], building: buildings };
    return [...this.chosen].some(([name, value]) => !is[name as keyof typeof is].map(String).includes(value));
  }
}
