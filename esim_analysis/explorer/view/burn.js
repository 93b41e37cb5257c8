// Will it last: the allowance of the running period, day by day, and where it may end.

import { h, panel, s, twin } from "./dom.js";
import { round } from "./marks.js";

const BURN_HEIGHT = 120;
const A_DAY = 86400000;

/** The period of the line on screen; one without a line is shared by all. */
export function periodOf({ cube, state }) {
  return (cube.periods ?? []).find(({ line }) => line === "" || line === state.line) ?? null;
}

/** Points of the days of a period: x in the middle of each day, y by what is left. */
export function pointsOf(period, name, width) {
  const slot = width / period.left.length;
  return period[name].map((left, at) => [round((at + 0.5) * slot), round(BURN_HEIGHT - (Math.max(0, left) / Math.max(1, period.size)) * (BURN_HEIGHT - 6))]);
}

/** Number of the first day on which the allowance may be, is likely to be, and surely is gone. */
export function endsOf(period) {
  const first = (values) => values.findIndex((left, at) => at >= period.seen - 1 && left <= 0);
  return { early: first(period.low), middle: first(period.left), late: first(period.high) };
}

/** Number of the seen day on which nothing was left any more, -1 where something is. */
export function endedOn(period) {
  return period.left.slice(0, period.seen).findIndex((left) => left <= 0);
}

/** The panel; time and apps do not filter it: a plan counts everything. */
export function drawBurn(ctx, width) {
  const period = periodOf(ctx);
  if (!period) return null;
  const { voice } = ctx;
  const wall = (at) => Date.parse(period.first) + at * A_DAY;
  const now = Math.max(0, period.seen - 1);
  const left = period.left[now];
  const about = voice.say("burn_about", { left: voice.volume(left), size: voice.volume(period.size), day: voice.day(wall(now)) });
  return panel(
    "burn",
    voice.say("burn_title"),
    h("p", {}, [about, burnEnd(period, voice, wall), period.cost ? voice.say("burn_cost", { cost: voice.money(period.cost, period.currency) }) : ""].join(voice.lang === "zh" ? "" : " ")),
    burnPicture(ctx, period, width, wall, about),
    twin("burn", voice.say("as_table"), [voice.say("burn_day"), voice.say("burn_left"), voice.say("burn_low"), voice.say("burn_high")],
      period.left.map((bytes, at) => [voice.day(wall(at)), voice.volume(bytes), at < period.seen ? "" : voice.volume(period.low[at]), at < period.seen ? "" : voice.volume(period.high[at])])),
  );
}

function burnEnd(period, voice, wall) {
  const ended = endedOn(period);
  if (ended >= 0) return voice.say("burn_ended", { day: voice.day(wall(ended)) });
  const { early, late } = endsOf(period);
  if (early < 0) return voice.say("burn_lasts");
  const [from, to] = [voice.day(wall(early)), late < 0 ? null : voice.day(wall(late))];
  return to === null || to === from ? voice.say("burn_may_end", { day: from }) : voice.say("burn_ends", { from, to });
}

function burnPicture({ cube, state, voice }, period, width, wall, label) {
  const seen = pointsOf(period, "left", width).slice(0, period.seen);
  const from = Math.max(0, period.seen - 1);
  const ahead = pointsOf(period, "left", width).slice(from);
  const band = [...pointsOf(period, "high", width).slice(from), ...pointsOf(period, "low", width).slice(from).reverse()];
  const path = (points) => points.map(([x, y], at) => `${at ? "L" : "M"}${x} ${y}`).join("");
  const slot = width / period.left.length;
  const marks = (cube.plan_events ?? []).filter(({ line }) => line === "" || line === state.line).flatMap(({ at, threshold, used }) => {
    const day = Math.floor((at * 1000 - Date.parse(period.first)) / A_DAY);
    if (day < 0 || day >= period.left.length) return [];
    const text = voice.say("burn_event", { day: voice.day(wall(day)), share: voice.percent(threshold), used: voice.volume(used) });
    return [s("g", { class: "burn-event" }, s("title", {}, text), s("line", { x1: round((day + 0.5) * slot), x2: round((day + 0.5) * slot), y1: 0, y2: BURN_HEIGHT }))];
  });
  const days = seen.map(([x, y], at) => s("circle", { cx: x, cy: y, r: 3 }, s("title", {}, `${voice.day(wall(at))}: ${voice.volume(period.left[at])}`)));
  return s("svg", { class: "burn", width, height: BURN_HEIGHT + 16, role: "img", "aria-label": label },
    s("line", { class: "axis", x1: 0, x2: width, y1: BURN_HEIGHT, y2: BURN_HEIGHT }), marks,
    period.seen < period.left.length ? s("path", { class: "burn-band", d: `${path(band)}Z` }) : null,
    period.seen < period.left.length ? s("path", { class: "burn-ahead", d: path(ahead) }) : null,
    s("path", { class: "burn-seen", d: path(seen) }), days,
    s("text", { class: "tick", x: 0, y: BURN_HEIGHT + 13 }, voice.shortDay(wall(0))),
    s("text", { class: "tick", x: width, y: BURN_HEIGHT + 13, "text-anchor": "end" }, voice.shortDay(wall(period.left.length - 1))));
}
