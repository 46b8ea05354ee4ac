/** The page's own words: <template data-words> holds them, translated, each under its name. */
export class Words {
  private readonly held = new Map<string, string>();

  constructor(template: HTMLTemplateElement | null) {
    for (const one of template?.content.querySelectorAll<HTMLElement>("[data-word]") ?? []) {
      this.held.set(one.dataset["word"] ?? "", (one.textContent ?? "").trim());
    }
  }

  /** The words under a name, with {values} filled in. */
  say(name: string, values: Readonly<Record<string, string | number>> = {}): string {
    return (this.held.get(name) ?? name).replace(/\{(\w+)\}/g, (_all, key: string) => String(values[key] ?? ""));
  }
}
