/**
 * <proposal-form> around a proposal: saves a draft while somebody writes, counts words, and shows a question only when it counts.
 *
 * It posts the same form as the button "Save draft". What could not be saved stays in the page and in this browser until it could.
 * Without scripts every question is shown, with its "only if …".
 */

/** Milliseconds of quiet after which a draft is saved, and between two tries without a connection. */
const QUIET = 3_000;
const AGAIN = 5_000;

export function countWords(text: string): number {
  return text.split(/\s+/u).filter(Boolean).length;
}

/** Whether a question is asked: one of the answers it waits for was given. */
export function isAsked(wanted: readonly string[], given: readonly string[]): boolean {
  return given.some((answer) => wanted.includes(answer));
}

class ProposalForm extends HTMLElement {
  private timer: number | undefined;
  private typed = 0;
  private saved = 0;
  private saving: Promise<void> | undefined;

  private get form(): HTMLFormElement | null {
    return this.querySelector("form");
  }

  connectedCallback(): void {
    this.ask();
    for (const box of this.querySelectorAll<HTMLElement>("[data-words]")) this.count(box);
    this.addEventListener("input", (event) => {
      if ((event.target as HTMLInputElement).type === "file") return;
      this.ask();
      const box = (event.target as HTMLElement).closest<HTMLElement>("[data-words]");
      if (box) this.count(box);
      this.typed += 1;
      this.later(QUIET);
    });
    if (!("saves" in this.dataset)) return;
    this.takeBack();
    window.addEventListener("pagehide", this.leave);
    window.addEventListener("online", this.now);
    window.addEventListener("pageshow", this.back);
    this.form?.addEventListener("submit", this.submit);
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
    window.removeEventListener("pagehide", this.leave);
    window.removeEventListener("online", this.now);
    window.removeEventListener("pageshow", this.back);
  }

  /** A button was pressed: what is just being saved by itself comes first, so that the form names the newest version. */
  private readonly submit = (event: SubmitEvent): void => {
    window.clearTimeout(this.timer);
    if (!this.saving) {
      this.saved = this.typed;
      return;
    }
    event.preventDefault();
    void this.saving.then(() => this.form?.requestSubmit(event.submitter));
  };

  /** Taken from the browser's memory of pages, its version may be an old one. */
  private readonly back = (event: PageTransitionEvent): void => {
    if (event.persisted) location.reload();
  };

  private ask(): void {
    const form = this.form;
    if (!form) return;
    const hidden = new Set<string>();
    for (const box of this.querySelectorAll<HTMLElement>("[data-if]")) {
      const on = box.dataset["if"] ?? "";
      const wanted = JSON.parse(box.dataset["in"] ?? "[]") as string[];
      const asked = !hidden.has(on) && isAsked(wanted, new FormData(form).getAll(on).map(String));
      box.hidden = !asked;
      if (!asked) hidden.add(box.dataset["question"] ?? "");
    }
  }

  private count(box: HTMLElement): void {
    const field = box.querySelector<HTMLInputElement | HTMLTextAreaElement>("textarea, input");
    if (!field) return;
    let line = box.querySelector<HTMLElement>("[data-counter]");
    if (!line) {
      line = document.createElement("p");
      line.className = "hint";
      line.dataset["counter"] = "";
      field.closest(".field")?.append(line);
    }
    const words = (this.dataset["count"] ?? "").replace("{count}", String(countWords(field.value)));
    line.textContent = words.replace("{limit}", box.dataset["words"] ?? "");
  }

  private later(wait: number): void {
    if (!("saves" in this.dataset)) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(this.now, wait);
  }

  private readonly now = (): void => {
    if (this.typed > this.saved && !this.saving) this.begin();
  };

  private readonly leave = (): void => {
    if (this.typed > this.saved && !this.saving) this.begin(true);
  };

  private begin(leaving = false): void {
    this.saving = this.save(leaving).finally(() => {
      this.saving = undefined;
    });
  }

  private async save(leaving = false): Promise<void> {
    const form = this.form;
    if (!form) return;
    const version = form.elements.namedItem("version") as HTMLInputElement;
    const upTo = this.typed;
    const body = new FormData(form);
    for (const [name, value] of [...body.entries()]) if (value instanceof File) body.delete(name); // they go on their own
    this.keep(body);
    try {
      const answer = await fetch(form.action, { method: "POST", body, keepalive: leaving, headers: { Accept: "application/json" } });
      const told = (await answer.json()) as { version?: number; saved?: string; words?: string };
      if (answer.ok && told.version !== undefined) {
        version.value = String(told.version);
        this.saved = upTo;
        this.forget();
        this.say((this.dataset["saved"] ?? "").replace("{time}", told.saved ?? ""));
      } else {
        this.say(`${this.dataset["refused"] ?? ""} ${told.words ?? ""}`);
      }
    } catch {
      this.say(this.dataset["offline"] ?? "");
      this.later(AGAIN);
    }
    if (this.typed > upTo) this.later(QUIET);
  }

  private get place(): string {
    return `proposal ${new URL(this.form?.action ?? "", location.href).pathname}`;
  }

  private keep(body: FormData): void {
    const pairs = [...body.entries()].filter(([, value]) => typeof value === "string");
    try {
      localStorage.setItem(this.place, JSON.stringify(pairs));
    } catch {
      // A full or forbidden store: the page itself still has everything.
    }
  }

  private readonly forget = (): void => {
    try {
      localStorage.removeItem(this.place);
    } catch {
      // Nothing was kept then.
    }
  };

  /** What was typed without a connection, in a page that was closed: only onto the version it was typed on. */
  private takeBack(): void {
    const form = this.form;
    if (!form) return;
    let pairs: [string, string][] = [];
    try {
      pairs = JSON.parse(localStorage.getItem(this.place) ?? "[]") as [string, string][];
    } catch {
      return;
    }
    const version = form.elements.namedItem("version") as HTMLInputElement;
    if (pairs.length === 0 || new Map(pairs).get("version") !== version.value) return;
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>("input, textarea, select")) {
      const values = pairs.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "file") continue;
      if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) {
        field.checked = values.includes(field.value);
      } else if (values[0] !== undefined) {
        field.value = values[0];
      }
    }
    this.ask();
    for (const box of this.querySelectorAll<HTMLElement>("[data-words]")) this.count(box);
    this.typed += 1;
    this.now();
  }

  private say(words: string): void {
    const line = this.querySelector<HTMLElement>("[data-state]");
    if (line) line.textContent = words;
  }
}

customElements.define("proposal-form", ProposalForm);
