// The usual week: hour by weekday, on the wall clock of the zone.

import { h, panel, s, twin } from "./dom.js";
import { weekdayOf } from "./hours.js";
import { weekSums } from "./sums.js";

const DAYS_WIDE = 44;

/** The panel; hours that are known by day only are said, not drawn. */
export function drawWeek(ctx, width) {
  const { voice, line, hours, detail, places, state } = ctx;
  const { sums, known, byDayOnly } = weekSums(line, hours, detail, places, state, weekdayOf);
  const top = Math.max(1, ...sums.flat());
  const [cell, row] = [(width - DAYS_WIDE) / 24, 24];
  const cells = sums.flatMap((day, weekday) =>
    day.map((bytes, hour) =>
      s(
        "rect",
        { class: known[weekday][hour] ? "week-cell" : "week-cell unknown", x: DAYS_WIDE + hour * cell, y: weekday * row, width: Math.max(1, cell - 1.5), height: row - 2, rx: 2, style: bytes > 0 ? `--heat:${heat(bytes / top)}` : "--heat:0" },
        s("title", {}, `${voice.weekday(weekday)} ${hour}–${hour + 1}: ${voice.volume(bytes)}`),
      ),
    ),
  );
  const days = sums.map((_, weekday) => s("text", { class: "tick", x: DAYS_WIDE - 6, y: weekday * row + 15, "text-anchor": "end" }, voice.weekday(weekday)));
  const hoursRow = [0, 6, 12, 18, 24].map((hour) =>
    s("text", { class: "tick", x: DAYS_WIDE + hour * cell, y: 7 * row + 13, "text-anchor": hour === 24 ? "end" : hour ? "middle" : "start" }, String(hour)),
  );
  return panel(
    "week",
    voice.say("week_title"),
    s("svg", { width, height: 7 * row + 18, role: "img", "aria-label": weekLabel(ctx, sums) }, cells, days, hoursRow),
    byDayOnly > 0 ? h("p", { class: "quiet" }, voice.say("week_by_day", { volume: voice.volume(byDayOnly) })) : null,
    twin("week", voice.say("as_table"), [voice.say("hour"), ...sums.map((_, weekday) => voice.weekday(weekday))], weekTable(ctx, sums)),
  );
}

function heat(share) {
  return Math.round((0.12 + 0.88 * Math.sqrt(share)) * 100) / 100;
}

function weekLabel({ voice }, sums) {
  let [day, hour] = [0, 0];
  sums.forEach((row, at) => row.forEach((bytes, clock) => { if (bytes > sums[day][hour]) [day, hour] = [at, clock]; }));
  return voice.say("week_label", { weekday: voice.weekday(day), hour, until: hour + 1, volume: voice.volume(sums[day][hour]) });
}

function weekTable({ voice }, sums) {
  return [...Array(24).keys()]
    .filter((hour) => sums.some((row) => row[hour] > 0))
    .map((hour) => [`${hour}–${hour + 1}`, ...sums.map((row) => (row[hour] > 0 ? voice.volume(row[hour]) : "·"))]);
}
