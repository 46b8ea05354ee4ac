/**
 * <local-times zone="America/Chicago" href="?day=2026-06-25&zone=" data-words="Show times in {zone}"> offers a link to the same page in the
 * reader's own time zone, when that shows other hours. The server writes the times; without scripts the settings decide.
 */

/** Whether two zones show another hour at this moment. */
export function differ(moment: Date, here: string, there: string): boolean {
  const hour = (timeZone: string): string =>
    new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit", timeZone, hourCycle: "h23" }).format(moment);
  return hour(here) !== hour(there);
}

/** "America/Argentina/Buenos_Aires" as people say it: "Buenos Aires". */
export function placeOf(zone: string): string {
  return (zone.split("/").pop() ?? zone).replaceAll("_", " ");
}

class LocalTimes extends HTMLElement {
  connectedCallback(): void {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (this.querySelector("a") || !differ(new Date(), here, this.getAttribute("zone") ?? "UTC")) return;

    const link = document.createElement("a");
    link.href = (this.getAttribute("href") ?? "?zone=") + encodeURIComponent(here);
    link.textContent = (this.dataset["words"] ?? "{zone}").replace("{zone}", placeOf(here));
    this.append(link);
  }
}

customElements.define("local-times", LocalTimes);
