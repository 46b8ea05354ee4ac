// Writes styles/grid-lines.css: where a session lies in the timetable, as classes.
// The Content-Security-Policy allows no style attributes, so every line of the grid has a name.
//
//   r-N     starts at row N; a row is five minutes, r-1 is the first minute of the grid
//   s-N     lasts N rows; --lines is how many lines of a title fit
//   c-N     lies in column N; c-1 is the first room
//   w-N     is N columns wide (a room with lanes, a building over its rooms)
//   rows-N  the grid has N rows, N a multiple of six (half an hour)
//   cols-N  the grid has N columns
import { writeFileSync } from "node:fs";

const ROWS = 288; // a whole day
const COLUMNS = 120;
const HEADING_ROWS = 2; // buildings, rooms
const AXIS_COLUMNS = 1; // time

const count = (n) => Array.from({ length: n }, (_, index) => index + 1);
const rules = [
  ...count(ROWS).map((n) => `.r-${n}{grid-row-start:${n + HEADING_ROWS}}`),
  ...count(ROWS).map((n) => `.s-${n}{grid-row-end:span ${n};--lines:${Math.min(9, Math.max(1, Math.floor((n * 0.7 - 0.3) / 1.05)))}}`),
  ...count(COLUMNS).map((n) => `.c-${n}{grid-column-start:${n + AXIS_COLUMNS}}`),
  ...count(COLUMNS).map((n) => `.w-${n}{grid-column-end:span ${n}}`),
  ...count(ROWS / 6).map((n) => `.rows-${n * 6}{--rows:${n * 6}}`),
  ...count(COLUMNS).map((n) => `.cols-${n}{--columns:${n}}`),
];
const file = new URL("../styles/grid-lines.css", import.meta.url);
writeFileSync(file, `/* Written by build/grid-lines.mjs. */\n${rules.join("\n")}\n`);
