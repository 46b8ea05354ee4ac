/**
 * <timetable-view> around a timetable: a line for now; while one types in the page's search line, what does not match is dimmed and rooms
 * without a match fold; and the place one was at after coming back. Without it the grid is complete, and the search line searches.
 */

const FIVE_MINUTES = 5 * 60_000;

/** The row of the grid that holds `now`, or null before and after the day. Row 1 begins at `start`. */
export function rowOf(now: number, start: number, rows: number): number | null {
  const row = Math.floor((now - start) / FIVE_MINUTES) + 1;
  return row >= 1 && row <= rows ? row : null;
}

/** Lower case without accents, so that "cafe" finds "Café". */
export function plain(words: string): string {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Every word of the query is somewhere in the text; both are plain. */
export function matches(text: string, query: string): boolean {
  return query.split(/\s+/).every((word) => text.includes(word));
}

/** The columns of the grid, from 1, that no kept session lies in. */
export function emptyColumns(columns: number, kept: ReadonlyArray<{ column: number; width: number }>): Set<number> {
  const empty = new Set(Array.from({ length: columns }, (_, index) => index + 1));
  for (const { column, width } of kept) {
    for (let at = column; at < column + width; at++) empty.delete(at);
  }
  return empty;
}

/** The number after `letter-` among the classes of an element, or `otherwise`. */
function line(element: Element, letter: string, otherwise: number): number {
  const found = new RegExp(`(?:^|\\s)${letter}-(\\d+)`).exec(element.className);
  return found ? Number(found[1]) : otherwise;
}

class TimetableView extends HTMLElement {
  private timer: number | undefined;
  private readonly leave = new AbortController();

  connectedCallback(): void {
    const grid = this.querySelector<HTMLElement>(".timetable");
    if (!grid) return;
    this.drawNow(grid);
    this.timer = window.setInterval(() => this.drawNow(grid), 60_000);
    this.offerSearch(grid);
    this.keepPlace(grid);
  }

  disconnectedCallback(): void {
    window.clearInterval(this.timer);
    this.leave.abort();
  }

  private drawNow(grid: HTMLElement): void {
    const start = Date.parse(grid.dataset["start"] ?? "");
    const row = rowOf(Date.now(), start, line(grid, "rows", 0));
    const old = grid.querySelector(".timetable-now");
    if (row === null) {
      old?.remove();
      return;
    }
    const now = old ?? document.createElement("div");
    now.className = `timetable-now r-${row}`;
    now.setAttribute("aria-hidden", "true");
    if (!old) {
      const word = document.createElement("span");
      word.textContent = grid.dataset["now"] ?? "";
      now.append(word);
      grid.append(now);
    }
  }

  private offerSearch(grid: HTMLElement): void {
    if (this.querySelector(".timetable-find")) return;
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    // The page's own search line finds in this day while one types; sending it searches every day.
    const input = document.querySelector<HTMLInputElement>("form[role=search] input[type=search]");
    if (!input) return;
    said.className = "timetable-find";
    this.prepend(said);

    const slots = [...grid.querySelectorAll<HTMLElement>(".slot")].map((element) => ({
      element,
      text: plain(element.textContent ?? ""),
      column: line(element, "c", 1),
      width: line(element, "w", 1),
    }));
    const columns = line(grid, "cols", 1);
    const heads = [...grid.querySelectorAll<HTMLElement>(":is(.timetable-head, .timetable-building):not(.timetable-corner)")].map(
      (element) => ({ element, column: line(element, "c", 1), width: line(element, "w", 1) }),
    );

    const find = (): void => {
      const query = plain(input.value.trim());
      const kept = slots.filter((slot) => matches(slot.text, query));
      const keptElements = new Set(kept.map((slot) => slot.element));
      // Nothing found folds nothing: an empty grid would say less than a dimmed one.
      const empty = query && kept.length ? emptyColumns(columns, kept) : new Set<number>();
      for (const slot of slots) {
        slot.element.toggleAttribute("data-dimmed", !keptElements.has(slot.element));
        slot.element.toggleAttribute("data-folded", empty.has(slot.column));
      }
      for (const head of heads) {
        const its = Array.from({ length: head.width }, (_, index) => head.column + index);
        head.element.toggleAttribute("data-folded", its.every((column) => empty.has(column)));
      }
      const tracks = Array.from({ length: columns }, (_, index) =>
        empty.has(index + 1) ? "0" : "minmax(var(--room), 24rem)",
      );
      grid.style.gridTemplateColumns = empty.size ? `var(--axis) ${tracks.join(" ")}` : "";
      said.textContent = query ? (this.dataset["found"] ?? "").replace("{count}", String(kept.length)) : "";
    };
    input.addEventListener("input", find, { signal: this.leave.signal });
  }

  /** Comes back to where the reader was on this very page, or begins at now. */
  private keepPlace(grid: HTMLElement): void {
    const key = `timetable ${location.pathname}${location.search}`;
    const place = /^(\d+) (\d+)$/.exec(sessionStorage.getItem(key) ?? "");
    if (place) {
      grid.scrollTo(Number(place[1]), Number(place[2]));
    } else {
      const now = grid.querySelector<HTMLElement>(".timetable-now");
      if (now) grid.scrollTo(0, Math.max(0, now.offsetTop - grid.clientHeight / 3));
    }
    const keep = (): void =>
      sessionStorage.setItem(key, `${Math.round(grid.scrollLeft)} ${Math.round(grid.scrollTop)}`);
    window.addEventListener("pagehide", keep, { signal: this.leave.signal });
  }
}

customElements.define("timetable-view", TimetableView);
