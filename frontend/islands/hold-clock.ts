/**
 * <hold-clock until="2026-05-04T12:15:00Z"> counts down to the moment a hold lapses.
 *
 * Quiet: it shows whole minutes, and speaks politely at five minutes, at one, and at the end. Without scripts its own words say the moment.
 */

/** Minutes that somebody still thinks of as minutes. */
const LONG = 90;

export type HoldState = "quiet" | "soon" | "over";

/** Whole minutes left, rounded up, never below zero. */
export function minutesLeft(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 60_000));
}

export function holdState(minutes: number): HoldState {
  if (minutes === 0) return "over";
  return minutes <= 5 ? "soon" : "quiet";
}

/** The minutes at which a screen reader is told. */
export function speaks(before: number | null, minutes: number): boolean {
  return before !== null && before !== minutes && (minutes === 5 || minutes === 1 || minutes === 0);
}

class HoldClock extends HTMLElement {
  private timer: number | undefined;
  private spokenAt: number | null = null;

  connectedCallback(): void {
    this.tick();
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer);
  }

  private tick(): void {
    const until = Date.parse(this.getAttribute("until") ?? "");
    const shown = this.querySelector("span");
    if (Number.isNaN(until) || !shown) return;

    const now = Date.now();
    const minutes = minutesLeft(until, now);
    const words = this.words(minutes);
    if (words) shown.textContent = words;
    this.dataset["state"] = holdState(minutes);
    if (speaks(this.spokenAt, minutes)) this.speak(words);
    this.spokenAt = minutes;
    if (minutes > 0) {
      // Wake when the next minute begins.
      const wait = (until - now) % 60_000 || 60_000;
      this.timer = window.setTimeout(() => this.tick(), wait + 50);
    }
  }

  private words(minutes: number): string {
    if (minutes === 0) return this.dataset["over"] ?? "";
    if (minutes > LONG) return ""; // hours from now: its own words say the moment
    if (minutes === 1) return this.dataset["minute"] ?? "";
    return (this.dataset["minutes"] ?? "").replace("{minutes}", String(minutes));
  }

  private speak(words: string): void {
    let voice = this.querySelector<HTMLElement>("[role=status]");
    if (!voice) {
      voice = document.createElement("span");
      voice.className = "unseen";
      voice.setAttribute("role", "status");
      this.append(voice);
    }
    voice.textContent = words;
  }
}

customElements.define("hold-clock", HoldClock);
