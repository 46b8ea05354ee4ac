/**
 * <file-field data-to="/…/file"> around a file field: a file goes on its own as soon as it is chosen, with its progress.
 *
 * What was typed beside it is not touched. Without scripts, or without data-to, the file goes with its form.
 */

const MEGABYTE = 1024 * 1024;

type Answer = { name?: string; url?: string; words?: string };

class FileField extends HTMLElement {
  private sending: XMLHttpRequest | undefined;

  private get input(): HTMLInputElement | null {
    return this.querySelector('input[type="file"]');
  }

  connectedCallback(): void {
    this.input?.addEventListener("change", this.chosen);
  }

  disconnectedCallback(): void {
    this.input?.removeEventListener("change", this.chosen);
    this.sending?.abort();
  }

  private readonly chosen = (): void => {
    const input = this.input;
    const file = input?.files?.[0];
    if (!input || !file) return;
    const most = Number(this.dataset["most"]);
    if (file.size > most) {
      input.value = "";
      this.say((this.dataset["large"] ?? "").replace("{limit}", String(Math.floor(most / MEGABYTE))));
      return;
    }
    if (this.dataset["to"]) this.send(input, file, this.dataset["to"]);
  };

  private send(input: HTMLInputElement, file: File, to: string): void {
    this.sending?.abort();
    const request = (this.sending = new XMLHttpRequest());
    const body = new FormData();
    body.set(input.name, file);
    request.open("POST", to);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      const percent = event.lengthComputable ? Math.floor((100 * event.loaded) / event.total) : 0;
      this.say((this.dataset["sending"] ?? "").replace("{percent}", String(percent)));
    });
    request.addEventListener("load", () => {
      const told = (request.response ?? {}) as Answer & { detail?: string };
      if (request.status === 200) this.kept(input, told);
      else this.say(told.words ?? told.detail ?? this.dataset["broken"] ?? "");
    });
    request.addEventListener("error", () => {
      this.say(this.dataset["broken"] ?? "");
    });
    request.send(body);
  }

  /** The file is with us now: it does not go with the form a second time. */
  private kept(input: HTMLInputElement, told: Answer): void {
    input.value = "";
    const line = this.querySelector<HTMLElement>("[data-file]");
    const link = line?.querySelector("a") ?? document.createElement("a");
    link.href = told.url ?? "";
    link.download = "";
    link.textContent = told.name ?? "";
    line?.querySelector("span.soft")?.remove(); // the size of the one before
    if (line && !link.isConnected) line.append(link);
    this.say((this.dataset["sent"] ?? "").replace("{name}", told.name ?? ""));
  }

  private say(words: string): void {
    const line = this.querySelector<HTMLElement>("[data-told]");
    if (line) line.textContent = words;
  }
}

customElements.define("file-field", FileField);
