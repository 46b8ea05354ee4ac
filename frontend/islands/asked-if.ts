/**
 * <asked-if name="p0-q12" data-answers='["yes"]'> shows what is in it once another field has one of the answers.
 *
 * Without scripts everything is shown, and each question says on which answer it depends.
 */

/** Whether one of the chosen or typed answers is one of those that are waited for. */
export function follows(given: readonly string[], wanted: readonly string[]): boolean {
  return given.some((one) => wanted.includes(one.trim()));
}

/** What is answered in a field of a form: ticked boxes, the chosen radio or option, or what was typed. */
export function given(form: FormData, name: string): string[] {
  return form.getAll(name).filter((one): one is string => typeof one === "string");
}

class AskedIf extends HTMLElement {
  private form: HTMLFormElement | null = null;
  private readonly look = (): void => this.update();

  connectedCallback(): void {
    this.form = this.closest("form");
    this.form?.addEventListener("input", this.look);
    this.update();
  }

  disconnectedCallback(): void {
    this.form?.removeEventListener("input", this.look);
  }

  private update(): void {
    if (!this.form) return;
    const wanted = JSON.parse(this.dataset["answers"] ?? "[]") as string[];
    const asked = follows(given(new FormData(this.form), this.getAttribute("name") ?? ""), wanted);
    this.hidden = !asked;
  }
}

customElements.define("asked-if", AskedIf);
