// The pure core of the timetable editor: where things lie, what a handful moves to, and gestures over a bad network.
import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbour, sheet } from "../islands/timetable-editor/boxes";
import { clamp, moved, resized, swapped } from "../islands/timetable-editor/carry";
import { clockOf, dateOf, days, midnight } from "../islands/timetable-editor/days";
import { Gestures } from "../islands/timetable-editor/gestures";
import { Journal } from "../islands/timetable-editor/journal";
import { columnAt, columns, hours, lanes, snap } from "../islands/timetable-editor/layout";
import { Draft } from "../islands/timetable-editor/picture";
import { Shades } from "../islands/timetable-editor/shades";
import { Lost, Refused, newId } from "../islands/timetable-editor/wire";

const CHICAGO = "America/Chicago";
const at = (text) => Date.parse(text) / 60_000;
const item = (values) => ({ slot: 1, session: 1, version: 1, start: 600, end: 660, rooms: [11], ...values });

/** A draft of one day from minute 0: three rooms, a session for every slot. rows: [slot, start, end, rooms]. */
function draft(rows = [[1, 600, 660, [11]], [2, 600, 660, [12]], [3, null, null, []]]) {
  return new Draft({
    number: 0, event: { slug: "annual", timezone: "UTC", from: "1970-01-01", until: "1970-01-01" },
    rooms: [[11, "A", "North", 100], [12, "B", "North", null], [13, "C", "South", 20]],
    sessions: rows.map(([id]) => [id, `S${id}`, `Session ${id}`, null, null, null, "confirmed", 60, [], null]),
    slots: rows.map(([id, start, end, rooms]) => [id, id, start, end, rooms, 1, false]),
    blocks: [], conflicts: [], tracks: [], types: [], units: [], people: [],
  });
}

const told = (values) => ({ touched: [], slots: [], units: [], conflicts: [], ...values });

test("sessions that overlap lie side by side, and touching is no overlap", () => {
  const found = lanes([{ id: 1, start: 0, end: 60 }, { id: 2, start: 30, end: 90 }, { id: 3, start: 60, end: 90 }, { id: 4, start: 90, end: 120 }]);
  assert.deepEqual([...found.values()].map(({ lane, of }) => [lane, of]), [[0, 2], [1, 2], [0, 2], [0, 1]]);
});

test("a folded building is one narrow column, and a busy room is wider", () => {
  const rooms = [{ id: 0, building: "" }, { id: 11, building: "North" }, { id: 12, building: "North" }, { id: 13, building: "South" }];
  const found = columns(rooms, new Set(["North"]), new Map([[13, 3]]), 100);
  assert.deepEqual(found.map(({ room, x, width }) => [room, x, width]), [[0, 0, 100], [-1, 100, 36], [13, 136, 200]]);
  assert.deepEqual([-5, 99, 100, 9999].map((x) => columnAt(found, x)), [0, 0, 1, 2]);
});

test("the drawn hours hold everything of the day, in whole hours", () => {
  assert.deepEqual(hours({ from: 0, until: 1440 }, []), { from: 420, until: 1320 });
  assert.deepEqual(hours({ from: 0, until: 1440 }, [{ id: 1, start: 385, end: 1500 }]), { from: 360, until: 1500 });
  assert.equal(snap(23), 25);
});

test("a day is as long as its clocks make it, and begins at its own midnight", () => {
  const found = days("2026-11-01", "2026-11-02", [], CHICAGO);
  assert.deepEqual(found.map(({ from, until }) => (until - from) / 60), [25, 24]);
  assert.equal(midnight("2026-03-08", CHICAGO), at("2026-03-08T06:00Z"));
  assert.equal(dateOf(at("2026-07-09T04:59Z"), CHICAGO), "2026-07-08");
  assert.equal(clockOf(at("2026-07-09T17:30Z"), CHICAGO), "12:30");
  assert.deepEqual(days("2026-07-09", "2026-07-09", [at("2026-07-12T15:00Z")], CHICAGO).map(({ date }) => date), ["2026-07-09", "2026-07-12"]);
});

test("a block late in the evening makes the day longer", () => {
  const held = draft();
  held.take(told({ blocks: [[5, "break", "Supper", 1380, 1410, [], 1, 1]] }));
  const drawn = sheet(held, { date: "1970-01-01", from: 0, until: 1440 }, { folded: new Set(), zoom: 1 });
  assert.deepEqual([drawn.from, drawn.until], [420, 1440]);
});

test("a handful moves as one and nothing of it falls off the edge", () => {
  const items = [item({}), item({ slot: 2, rooms: [13] })];
  const order = [0, 11, 12, 13];
  assert.equal(clamp(items, 5, order), 0);
  assert.equal(clamp(items, -5, order), -1);
  assert.deepEqual(moved(items, 30, -1, order).map(({ start, rooms }) => [start, rooms]), [[630, []], [630, [12]]]);
});

test("an end is dragged to no less than five minutes, and two that swap keep their lengths", () => {
  assert.equal(resized(item({}), -500).end, 605);
  const [one, other] = swapped(item({}), item({ slot: 2, start: 900, end: 930, rooms: [12] }));
  assert.deepEqual([one.start, one.end, one.rooms, other.start, other.end, other.rooms], [900, 960, [12], 600, 630, [11]]);
});

test("what is drawn of a day is in its columns, and arrow keys go to what lies next", () => {
  const drawn = sheet(draft(), { date: "1970-01-01", from: 0, until: 1440 }, { folded: new Set(), zoom: 1 });
  assert.deepEqual(drawn.boxes.map(({ slot, room }) => [slot.id, room]), [[1, 11], [2, 12]]);
  assert.equal(neighbour(drawn.boxes, drawn.boxes[0], "ArrowRight").slot.id, 2);
  assert.equal(neighbour(drawn.boxes, drawn.boxes[0], "ArrowLeft"), undefined);
});

test("an older answer changes nothing, a gone slot goes, and only the budgets that are told are replaced", () => {
  const held = draft();
  const budget = (slot, unit) => ["budget", "warn", slot, slot, unit, "", 600, 660, ""];
  held.take(told({ touched: [1], units: [7, 8], slots: [[1, 1, 700, 760, [12], 3, false]], conflicts: [budget(1, 7), budget(2, 8)] }));
  held.take(told({ touched: [1], slots: [[1, 1, 600, 660, [11], 2, false]] }));
  assert.equal(held.slots.get(1).start, 700);
  held.take(told({ touched: [3], units: [7], conflicts: [budget(2, 7)] }));
  assert.equal(held.slots.has(3), false);
  assert.deepEqual(held.conflicts.map(({ one, subject }) => [one, subject]), [[2, 8], [2, 7]]);
});

test("blocks come all together, and what is accepted marks no slot", () => {
  const held = draft();
  held.take(told({ touched: [1, 2], blocks: [[5, "break", "Lunch", 600, 660, [], 1, 2]], conflicts: [["block", "ignore", 1, 1, 5, "Lunch", 600, 660, "It is short"], ["block", "warn", 2, 2, 5, "Lunch", 600, 660, ""]] }));
  assert.deepEqual(held.blocks.map(({ title, together }) => [title, together]), [["Lunch", 2]]);
  assert.deepEqual([...held.levels()], [[2, "warn"]]);
  assert.equal(held.take(told({ touched: [9], slots: [[9, 9, 1, 2, [], 1, false]] })), false);
});

test("the tray has slots without a time and sessions without a slot", () => {
  const held = draft();
  held.slots.delete(1);
  assert.deepEqual(held.unscheduled().map(({ session, slot }) => [session.id, slot?.id ?? null]), [[3, 3], [1, null]]);
});

test("reasons against a place are each said once, accepted ones not at all", () => {
  const shades = new Shades({ times: [["away", "warn", "Not there", "Ada", 0, 0, 100], ["away", "warn", "Not there", "Ada", 0, 90, 200], ["block", "ignore", "In a break", "", 0, 0, 500]], rooms: { 11: "Too small" } });
  assert.deepEqual(shades.reasons(95, 120, [11, 12]), ["Not there: Ada", "Too small"]);
  assert.deepEqual(shades.reasons(200, 300, [12]), []);
});

test("undo and redo go back and forth, and a new gesture ends what could be made again", () => {
  const journal = new Journal();
  journal.note("a");
  journal.tookBack("b");
  assert.deepEqual([journal.undo, journal.redo], [undefined, "b"]);
  journal.madeAgain("c");
  assert.deepEqual([journal.undo, journal.redo], ["c", undefined]);
  journal.tookBack("d");
  journal.note("e");
  assert.deepEqual([journal.undo, journal.redo], ["e", undefined]);
});

/** Gestures on a line that answers what it is told: a function of the command, or an error. */
function line(...answers) {
  const held = draft();
  const sent = [];
  const events = [];
  const wire = {
    send: async (command) => {
      sent.push(structuredClone(command));
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer(command);
    },
  };
  const gestures = new Gestures(() => held, wire, {
    turns: () => "the last one", changed: () => undefined,
    settled: (asked, done) => events.push([asked.said, done?.command ?? null]),
    refused: async (asked, why) => (why.taken ? { ...asked.command, accept: "why not" } : null),
    waiting: () => events.push("waiting"), putBack: (asked) => events.push(["put back", asked.said]),
  });
  return { held, sent, events, gestures };
}

const laid = (command) => told({
  command: command.id, number: 1, touched: command.steps.map(({ slot }) => slot),
  slots: command.steps.map(({ slot, version, start, end, rooms }) => [slot, slot, start, end, rooms, version + 1, false]),
});
const move = (start, version = 1) => ({ do: "move", steps: [{ slot: 1, version, start, end: start + 60, rooms: [11] }] });
const soon = () => new Promise((resolve) => setTimeout(resolve));

test("a gesture is drawn at once, and a second one goes by the version that the first one made", async () => {
  const { held, sent, events, gestures } = line(laid, laid);
  gestures.ask({ command: move(700), said: "one", kind: "gesture" });
  gestures.ask({ command: move(800), said: "two", kind: "gesture" });
  assert.equal(held.place(held.slots.get(1)).start, 800);
  await soon();
  assert.deepEqual(sent.map(({ steps }) => steps[0].version), [1, 2]);
  assert.deepEqual(events.map(([said]) => said), ["one", "two"]);
  assert.deepEqual([held.slots.get(1).start, held.laid.size, gestures.open], [800, 0, 0]);
});

test("what got no answer is kept, and sent again under the same id when the network is back", async () => {
  const { held, sent, events, gestures } = line(new Lost(), laid);
  gestures.ask({ command: move(700), said: "one", kind: "gesture" });
  await soon();
  assert.deepEqual([events, gestures.lost, held.place(held.slots.get(1)).start], [["waiting"], true, 700]);
  gestures.back();
  await soon();
  assert.equal(sent.length, 2);
  assert.equal(sent[0].id, sent[1].id);
  assert.deepEqual([events[1][0], gestures.lost, gestures.open], ["one", false, 0]);
});

test("a network that never holds puts the gesture back and says so", async () => {
  const { held, sent, events, gestures } = line(...Array.from({ length: 5 }, () => new Lost()));
  gestures.ask({ command: move(700), said: "one", kind: "gesture" });
  for (let time = 0; time < 6; time += 1) {
    await soon();
    gestures.back();
  }
  assert.deepEqual([sent.length, events.at(-1), gestures.open, held.place(held.slots.get(1)).start], [5, ["put back", "one"], 0, 600]);
});

test("what is refused is put back; what may be done with a reason is sent again as another command", async () => {
  const refused = (why) => new Refused({ title: "", status: 409, detail: "", ...why });
  const { held, sent, events, gestures } = line(refused({}), refused({ taken: true }), laid);
  gestures.ask({ command: move(700), said: "one", kind: "gesture" });
  gestures.ask({ command: move(800), said: "two", kind: "gesture" });
  await soon();
  assert.deepEqual(events, [["one", null], ["two", sent[2].id]]);
  assert.deepEqual([sent[2].accept, sent[1].id === sent[2].id, held.slots.get(1).start], ["why not", false, 800]);
});

test("an undo learns what it takes back when its turn comes", async () => {
  const { sent, gestures } = line(laid, (command) => told({ command: command.id, number: 2 }));
  gestures.ask({ command: move(700), said: "one", kind: "gesture" });
  gestures.ask({ command: { do: "undo", command: "" }, said: "back", kind: "undo" });
  await soon();
  assert.deepEqual([sent[1].do, sent[1].command], ["undo", "the last one"]);
});

test("every gesture has an id of its own, a random UUID", () => {
  const ids = new Set(Array.from({ length: 100 }, newId));
  assert.equal(ids.size, 100);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
