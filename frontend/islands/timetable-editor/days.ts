/** Days of the event's own zone, as minutes since 1970 UTC: a day is as long as its clocks make it. */

export interface Day { date: string; from: number; until: number }

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
    });
    formats.set(zone, found);
  }
  return found;
}

/** How many minutes the zone's clocks are ahead of UTC at a moment. */
function ahead(minutes: number, zone: string): number {
  const parts = Object.fromEntries(format(zone).formatToParts(minutes * 60_000).map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(parts["year"] ?? 0, (parts["month"] ?? 1) - 1, parts["day"], parts["hour"], parts["minute"]);
  return wall / 60_000 - minutes;
}

/** The date, YYYY-MM-DD, that a moment has in the zone. */
export function dateOf(minutes: number, zone: string): string {
  return new Date((minutes + ahead(minutes, zone)) * 60_000).toISOString().slice(0, 10);
}

/** The wall time, HH:MM, that a moment has in the zone. */
export function clockOf(minutes: number, zone: string): string {
  return new Date((minutes + ahead(minutes, zone)) * 60_000).toISOString().slice(11, 16);
}

/** The moment at which a date begins in the zone. */
export function midnight(date: string, zone: string): number {
  const wall = Date.parse(`${date}T00:00:00Z`) / 60_000;
  const guess = wall - ahead(wall, zone);
  return wall - ahead(guess, zone);
}

export function next(date: string, by = 1): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
}

function day(date: string, zone: string): Day {
  return { date, from: midnight(date, zone), until: midnight(next(date), zone) };
}

/** The days of the event, and every other day on which something begins. */
export function days(from: string, until: string, starts: Iterable<number>, zone: string): Day[] {
  const found = new Map<string, Day>();
  for (let date = from; from && date <= (until || from) && found.size < 60; date = next(date)) found.set(date, day(date, zone));
  let held = [...found.values()];
  for (const start of starts) {
    if (held.some((one) => start >= one.from && start < one.until)) continue;
    const date = dateOf(start, zone);
    found.set(date, day(date, zone));
    held = [...found.values()];
  }
  return held.sort((a, b) => a.from - b.from);
}
