// Reads an iCalendar file from standard input with ical.js and writes its events as JSON.
import ICAL from "../../frontend/node_modules/ical.js/dist/ical.js";

let text = "";
for await (const piece of process.stdin) text += piece;

const calendar = new ICAL.Component(ICAL.parse(text));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    summary: event.summary,
    location: event.location,
    sequence: event.sequence,
    status: component.getFirstPropertyValue("status"),
    starts: event.startDate.toJSDate().toISOString(),
    ends: event.endDate.toJSDate().toISOString(),
  };
});
process.stdout.write(JSON.stringify(events));
