// Holds every colour to WCAG 2.2 AA, in light and dark: words 4.5:1, lines that carry meaning 3:1.
import { readFileSync } from "node:fs";

const read = (name) => readFileSync(new URL(`../styles/${name}`, import.meta.url), "utf8");

/** Relative luminance of #rrggbb. */
function luminance(hex) {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** [selector, name, [light, dark]] of every `--name: light-dark(#…, #…)`. */
function colours(css) {
  const found = [];
  for (const rule of css.replaceAll(/\/\*[^]*?\*\//g, "").matchAll(/([^{};]*)\{([^{}]*)\}/g)) {
    for (const line of rule[2].matchAll(/--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g)) {
      found.push([rule[1].trim(), line[1], [line[2], line[3]]]);
    }
  }
  return found;
}

const tokens = Object.fromEntries(colours(read("tokens.css")).map(([, name, pair]) => [name, pair]));
const accents = colours(read("accents.css"));
const papers = ["paper", "sheet", "shade"];
const pairs = []; // what, colour, ground, needed

for (const name of ["ink", "ink-soft", "good", "warn", "bad"]) {
  for (const paper of papers) pairs.push([`${name} on ${paper}`, tokens[name], tokens[paper], 4.5]);
}
for (const state of ["good", "warn", "bad"]) {
  for (const words of [state, "ink", "ink-soft"]) {
    pairs.push([`${words} on ${state}-wash`, tokens[words], tokens[`${state}-wash`], 4.5]);
  }
}
for (const paper of papers) {
  pairs.push([`rule on ${paper}`, tokens.rule, tokens[paper], 3]);
  pairs.push([`focus on ${paper}`, tokens.focus, tokens[paper], 3]);
}

const onAccent = accents.find(([, name]) => name === "accent-ink")[2];
for (const [selector, name, pair] of accents) {
  const what = selector.match(/"([^"]+)"\]$/)?.[1] ?? selector;
  if (name === "accent") {
    const wash = accents.find(([other, part]) => other === selector && part === "accent-wash")[2];
    for (const paper of papers) pairs.push([`accent ${what} on ${paper}`, pair, tokens[paper], 4.5]);
    pairs.push([`accent ${what} on its wash`, pair, wash, 4.5]);
    pairs.push([`words on accent ${what}`, onAccent, pair, 4.5]);
    for (const words of ["ink", "ink-soft"]) pairs.push([`${words} on the wash of ${what}`, tokens[words], wash, 4.5]);
  }
  if (name === "track") {
    for (const paper of papers) pairs.push([`track ${what} on ${paper}`, pair, tokens[paper], 3]);
  }
}

const low = pairs.flatMap(([what, colour, ground, needed]) =>
  ["light", "dark"].flatMap((scheme, index) => {
    const ratio = contrast(colour[index], ground[index]);
    return ratio < needed ? [`${what}, ${scheme}: ${ratio.toFixed(2)}, needs ${needed}`] : [];
  }),
);
for (const line of low) console.error(line);
console.log(`${pairs.length * 2} pairs of colours, ${low.length} too close`);
process.exit(low.length ? 1 : 0);
