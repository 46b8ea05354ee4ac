/** <copy-text data-copy="Copy" data-copied="Copied"> puts a button beside a read-only line or text. Without scripts the line can be selected. */

class CopyText extends HTMLElement {
  connectedCallback(): void {
    const line = this.querySelector<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
    if (!line || !navigator.clipboard || this.querySelector("button")) return;

    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = this.dataset["copy"] ?? "";
    const said = document.createElement("span");
    said.className = "unseen";
    said.setAttribute("role", "status");
    this.append(button, said);

    line.addEventListener("focus", () => line.select());
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(line.value);
      button.textContent = said.textContent = this.dataset["copied"] ?? "";
      window.setTimeout(() => {
        button.textContent = this.dataset["copy"] ?? "";
        said.textContent = "";
      }, 4_000);
    });
  }
}

customElements.define("copy-text", CopyText);
