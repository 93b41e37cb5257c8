// How certainty looks: solid is exact, hatched is estimated, outlined is bounded.

import { s } from "./dom.js";

export const COLOURED = 6; // apps with a colour of their own; more cannot be told apart

/** Class of an app's colour: c0 … c5, others, rest. */
export function colourOf(app, appCount) {
  if (app >= appCount - 3) return "rest";
  return app < COLOURED && app < appCount - 4 ? `c${app}` : "others";
}

/** Patterns of all colours for one view; `prefix` keeps several views of a page apart. */
export function patterns(prefix) {
  const names = [...Array(COLOURED).keys()].map((at) => `c${at}`).concat("others", "rest");
  const hatch = (name) =>
    s(
      "pattern",
      { id: `${prefix}-${name}`, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      s("rect", { width: 6, height: 6, class: `f-${name}` }),
      s("rect", { width: 2.4, height: 6, class: "gap" }),
    );
  return s("svg", { class: "patterns", width: 0, height: 0, "aria-hidden": "true" }, s("defs", {}, names.map(hatch)));
}

/** A bar of one colour and certainty (number of the status). */
export function bar(prefix, { colour, status, x, y, width, height, faded = false }) {
  const box = { x: round(x), y: round(y), width: round(Math.max(width, 0)), height: round(Math.max(height, 0)) };
  const dim = faded ? " faded" : "";
  if (status === 0) return s("rect", { ...box, class: `f-${colour}${dim}` });
  if (status === 2) return s("rect", { ...inset(box), class: `o-${colour}${dim}` });
  return s("rect", { ...box, fill: `url(#${prefix}-${colour})`, class: dim.trim() || null });
}

function inset(box) {
  const edge = Math.min(1, box.width / 2, box.height / 2);
  return { x: box.x + edge / 2, y: box.y + edge / 2, width: Math.max(0, box.width - edge), height: Math.max(0, box.height - edge) };
}

/** Order of drawing a stack: coloured apps, others, rest; each with its three looks. */
export function stackOrder(byApp, appCount) {
  const parts = new Map();
  for (const [app, statuses] of byApp) {
    const colour = colourOf(app, appCount);
    const sums = parts.get(colour) ?? [0, 0, 0, 0, 0];
    statuses.forEach((bytes, status) => (sums[status] += bytes));
    parts.set(colour, sums);
  }
  const order = [...Array(COLOURED).keys()].map((at) => `c${at}`).concat("others", "rest");
  return order
    .filter((colour) => parts.has(colour))
    .flatMap((colour) => looksOf(parts.get(colour)).map((look) => ({ colour, ...look })));
}

/** The looks of five statuses: what is unattributed or contradicted is hatched like an estimate. */
export function looksOf(statuses) {
  const looks = [
    { status: 0, bytes: statuses[0] },
    { status: 1, bytes: statuses[1] + statuses[3] + Math.max(0, statuses[4]) },
    { status: 2, bytes: statuses[2] },
  ];
  return looks.filter(({ bytes }) => bytes > 0);
}

/** Round tick values for an axis from 0 to `top`, about `wanted` of them. */
export function ticks(top, wanted, base = 1000) {
  if (!(top > 0)) return [0];
  const unit = base ** Math.floor(Math.log(top) / Math.log(base));
  const rough = top / unit / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) * unit;
  const values = [];
  for (let value = 0; value <= top * 1.0001; value += step) values.push(value);
  return values;
}

/** Coordinates with two digits: half the size, the same picture. */
export function round(value) {
  return Math.round(value * 100) / 100;
}
