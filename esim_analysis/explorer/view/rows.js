// The bill row by row: pointing at a row tells its sentence and frames it in the chart.

import { h, panel } from "./dom.js";
import { hourAt, wallAt } from "./hours.js";

const SHOWN_ROWS = 8;
const ROW_STATUSES = ["explained", "partly", "no_evidence", "conflicting"];

/** Rows that touch the selected time (and apps), the largest first. */
export function rowsIn({ line, hours, places, state }) {
  const touches = ({ start, end }) => {
    const last = hourAt(hours, Math.max(start, end - 1));
    for (let hour = hourAt(hours, start); hour <= last; hour += 1) if (places[hour]) return true;
    return false;
  };
  return line.rows
    .filter((row) => touches(row) && (!state.apps.size || row.split.some(({ app }) => state.apps.has(app))))
    .sort((one, other) => other.bytes - one.bytes || one.start - other.start);
}

/** The panel. */
export function drawRows(ctx, look) {
  const { voice, line } = ctx;
  const rows = rowsIn(ctx);
  if (!line.rows.length) return null;
  const told = h("p", { class: "row-told", role: "status" }, voice.say(rows.length ? "rows_hint" : "rows_none"));
  const tell = (row) => {
    told.textContent = rowSentence(ctx, row);
    look(row);
  };
  const body = rows.slice(0, SHOWN_ROWS).map((row, number) =>
    h(
      "tr",
      { tabindex: 0, "data-key": `row-${number}`, onpointerenter: () => tell(row), onfocus: () => tell(row), onpointerleave: () => look(null), onblur: () => look(null) },
      h("th", { scope: "row" }, rowTime(ctx, row)),
      h("td", { class: "n", title: voice.bytes(row.bytes) }, voice.volume(row.bytes)),
      h("td", {}, voice.say(`row_${ROW_STATUSES[row.status]}`)),
    ),
  );
  const left = line.rows_left_out;
  return panel(
    "rows",
    voice.say("rows_title"),
    told,
    rows.length
      ? h("div", { class: "scroll", role: "region", "aria-label": voice.say("rows_title") },
          h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, voice.say("time")), h("th", { scope: "col", class: "n" }, voice.say("billed")), h("th", { scope: "col" }, voice.say("how_sure")))), h("tbody", {}, body)))
      : null,
    rows.length > SHOWN_ROWS ? h("p", { class: "quiet" }, voice.say("rows_more", { count: rows.length - SHOWN_ROWS })) : null,
    left.count ? h("p", { class: "quiet" }, voice.say("rows_left_out", { count: left.count, volume: voice.volume(left.bytes) })) : null,
  );
}

function rowTime({ voice, hours }, { start, end, cut }) {
  const text = voice.span(wallAt(hours, start), wallAt(hours, Math.max(end, start + 60)));
  return cut ? `… ${text} …` : text;
}

/** A row as a sentence: when, how much, and among whom it is divided. */
export function rowSentence(ctx, row) {
  const { voice, names } = ctx;
  const split = row.split.map(({ app, bytes }) => `${names[app]} ${voice.volume(bytes)}`);
  return voice.say("row_told", { time: rowTime(ctx, row), volume: voice.volume(row.bytes), split: voice.list(split) });
}
