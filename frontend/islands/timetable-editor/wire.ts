/** What goes over the network: gestures one after the other, each at most twice, and others' changes every second. */
import type { RawPicture, RawTouched } from "./picture";

/** A block as people type it: wall times, days as YYYY-MM-DD; no rooms are all of them. */
export interface BlockFields { kind: string; title: string; start: string; end: string; days: string[]; rooms: number[] }
export interface Laid { slot: number; version: number; start: number | null; end: number | null; rooms: number[] }
type Gesture =
  | { do: "move"; steps: Laid[]; accept?: string }
  | { do: "add"; session: number; start: number; end: number; rooms: number[]; accept?: string }
  | { do: "remove"; slot: number; version: number }
  | { do: "pin"; slots: number[]; pinned: boolean }
  | { do: "accept"; kind: string; one: number; other: number; subject: number; reason: string }
  | { do: "block"; block: number; version: number; whole: boolean; fields: BlockFields }
  | { do: "remove-block"; block: number; version: number; whole: boolean }
  | { do: "undo"; command: string; accept?: string };
/** id: the same when it is sent again because the answer was lost; the server does it once. */
export type Command = Gesture & { id?: string };
export interface Done extends RawTouched { command: string | null; number: number }
export interface Told extends Partial<RawTouched> {
  here: Array<[number, string, number | null]>;
  number?: number;
  edits?: Array<[number, string, boolean, string, string, number | null]>;
}
export interface Shades { times: Array<[string, string, string, string, number, number, number]>; rooms: Record<string, string> }
export interface Refusal { title: string; status: number; detail: string; taken?: boolean; errors?: Record<string, string>; theirs?: Record<string, unknown>; yours?: Record<string, unknown> }

/** The server said no; nothing has changed. */
export class Refused extends Error {
  constructor(readonly why: Refusal) {
    super(why.detail);
  }
}

/** A random UUID, also where the page does not come over HTTPS and crypto.randomUUID is not there. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** No answer: whether it was done is not known yet. */
export class Lost extends Error {}

async function ask<T>(url: string, options: RequestInit = {}): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(url, { ...options, headers: { accept: "application/json", ...options.headers }, signal: AbortSignal.timeout(20_000) });
  } catch {
    throw new Lost();
  }
  if (answer.status >= 500) throw new Lost();
  let told: unknown;
  try {
    told = await answer.json();
  } catch {
    // A broken line, or a page that is no answer of ours (a proxy's, a sign-in).
    if (answer.ok) throw new Lost();
    throw new Refused({ title: "", status: answer.status, detail: answer.statusText });
  }
  if (!answer.ok) throw new Refused(told as Refusal);
  return told as T;
}

export class Wire {
  constructor(private readonly root: string) {}

  picture(): Promise<RawPicture> {
    return ask(`${this.root}/picture.json`);
  }

  send(command: Command): Promise<Done> {
    return ask(`${this.root}/commands`, { method: "POST", body: JSON.stringify(command), headers: { "content-type": "application/json" } });
  }

  changes(since: number, at: number | null): Promise<Told> {
    return ask(`${this.root}/changes.json?since=${since}${at ? `&at=${at}` : ""}`);
  }

  shades(slot: number | null, session: number): Promise<Shades> {
    return ask(`${this.root}/places.json?${slot ? `slot=${slot}` : `session=${session}`}`);
  }
}
