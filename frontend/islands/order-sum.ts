/**
 * <order-sum data-into="order-sum"> around the registration form brings the sum beside it up to date while one chooses.
 *
 * It posts the form as the button "Bring the sum up to date" would, and takes the sum out of the page that comes back.
 */

class OrderSum extends HTMLElement {
  private asked: AbortController | undefined;

  connectedCallback(): void {
    this.addEventListener("change", (event) => {
      const field = event.target as HTMLInputElement;
      if (field.type === "radio" || field.type === "checkbox") void this.update();
    });
  }

  private async update(): Promise<void> {
    const form = this.querySelector("form");
    const shown = document.getElementById(this.dataset["into"] ?? "");
    if (!form || !shown) return;
    this.asked?.abort();
    this.asked = new AbortController();
    const body = new FormData(form);
    body.set("do", "update");
    try {
      const answer = await fetch(form.action, { method: "POST", body, signal: this.asked.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(shown.id);
      if (fresh) shown.replaceChildren(...fresh.childNodes);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    }
  }
}

customElements.define("order-sum", OrderSum);
