/** Times and days in words, in the event's zone and the page's language. */
export class Clock {
  private readonly times: Intl.DateTimeFormat;
  private readonly days: Intl.DateTimeFormat;
  private readonly known = new Map<number, string>();

  constructor(timeZone: string) {
    const tag = document.documentElement.lang.replace("_", "-");
    let language: string | undefined;
    try {
      [language] = Intl.getCanonicalLocales(tag);
    } catch {
      language = undefined; // the pseudo-locale is no language
    }
    this.times = new Intl.DateTimeFormat(language, { timeZone, hour: "numeric", minute: "2-digit" });
    this.days = new Intl.DateTimeFormat(language, { timeZone, weekday: "short", day: "numeric", month: "short" });
  }

  time(minutes: number): string {
    let found = this.known.get(minutes);
    if (found === undefined) {
      found = this.times.format(minutes * 60_000);
      this.known.set(minutes, found);
    }
    return found;
  }

  day(minutes: number): string {
    return this.days.format(minutes * 60_000);
  }

  span(start: number, end: number): string {
    return `${this.day(start)} ${this.time(start)}–${this.time(end)}`;
  }
}
