// Billed versus seen: what the phone explains of the bill, and what stays open.

import { h, panel, s, twin } from "./dom.js";
import { wallOf } from "./hours.js";
import { bar, looksOf, round } from "./marks.js";
import { billedByApp, makeBins, series, sum } from "./sums.js";

const PARTS = ["explained", "unattributed", "rounding", "conflict"];

/** The parts of the selected time's bill: they sum to it, to the byte. */
export function partsOf(byApp) {
  const residuals = byApp.slice(-3);
  const explained = sum(byApp.slice(0, -3));
  return { explained, unattributed: residuals[0], rounding: residuals[1], conflict: residuals[2] };
}

/** The panel; apps and ground do not filter it, time does. */
export function drawBalance(ctx, width) {
  const { voice, line, places, appCount } = ctx;
  const parts = partsOf(billedByApp(line, places, appCount));
  const billed = sum(Object.values(parts));
  const share = billed > 0 ? parts.explained / billed : 0;
  const told = PARTS.filter((part) => parts[part] !== 0).map((part) => [part, parts[part]]);
  return panel(
    "balance",
    voice.say("balance_title"),
    h("p", {}, voice.say("balance_about", { billed: voice.volume(billed), explained: voice.volume(parts.explained), share: voice.percent(share) })),
    splitBar(ctx, told, billed, width),
    h("dl", { class: "parts" }, told.map(([part, bytes]) =>
      h("div", { class: `part-${part}` }, h("dt", {}, voice.say(`part_${part}`)), h("dd", { title: voice.bytes(bytes) }, voice.volume(bytes))),
    )),
    daysChart(ctx, width),
    coverageText(ctx),
    twin("balance", voice.say("as_table"), [voice.say("part"), voice.say("billed"), voice.say("raw")], told.map(([part, bytes]) => [voice.say(`part_${part}`), voice.volume(bytes), voice.bytes(bytes)])),
  );
}

function splitBar({ prefix, voice }, told, billed, width) {
  let x = 0;
  const looks = { explained: ["c1", 0], unattributed: ["rest", 1], rounding: ["others", 0], conflict: ["c0", 1] };
  const bars = told.filter(([, bytes]) => bytes > 0).map(([part, bytes]) => {
    const [colour, status] = looks[part];
    const drawn = bar(prefix, { colour, status, x, y: 0, width: (bytes / billed) * width - 1, height: 18 });
    x += (bytes / billed) * width;
    return drawn;
  });
  const label = told.map(([part, bytes]) => `${voice.say(`part_${part}`)} ${voice.volume(bytes)}`);
  return s("svg", { class: "split", width, height: 18, role: "img", "aria-label": voice.list(label) }, bars);
}

/** Days as outlined columns of what was billed, filled with what is explained. */
function daysChart(ctx, width) {
  const { hours, visible, line, detail, appCount, prefix, voice } = ctx;
  const [from, to] = [hours.begins[hours.day[visible[0]]], hours.begins[hours.day[visible[1] - 1] + 1]];
  const { bins } = makeBins(hours, from, to, 0);
  const stacks = series(line, hours, detail, { bins }, { apps: new Set(), ground: null });
  const top = Math.max(1, ...stacks.map(({ total }) => total));
  const height = 84;
  const slot = width / bins.length;
  const scale = (bytes) => (Math.max(0, bytes) / top) * (height - 4);
  const columns = bins.map((bin, at) => {
    const [x, column] = [at * slot, Math.min(slot - 1, 42)];
    const explained = looksOf(explainedBy(stacks[at].byApp, appCount));
    let low = 0;
    const fill = explained.map(({ status, bytes }) => {
      low += bytes;
      return bar(prefix, { colour: "c1", status, x, y: height - scale(low), width: column, height: scale(bytes) });
    });
    const title = `${voice.day(wallOf(hours, bin.from))}: ${voice.say("balance_day", { billed: voice.volume(stacks[at].total), explained: voice.volume(low) })}`;
    return s("g", {}, s("title", {}, title), fill, s("rect", { class: "billed", x: round(x + 0.5), y: round(height - scale(stacks[at].total)), width: round(Math.max(1, column - 1)), height: round(scale(stacks[at].total)) }));
  });
  return s("svg", { class: "balance-days", width, height, role: "img", "aria-label": voice.say("balance_days_label", { count: bins.length }) }, columns);
}

function explainedBy(byApp, appCount) {
  const statuses = [0, 0, 0, 0, 0];
  for (const [app, parts] of byApp) if (app < appCount - 3) parts.forEach((bytes, status) => (statuses[status] += bytes));
  return statuses;
}

function coverageText({ line, hours, range, voice }) {
  const [billed, covered] = line.coverage;
  const [first, last] = [hours.day[range[0]], hours.day[range[1] - 1] + 1];
  const [all, seen] = [sum(billed.slice(first, last)), sum(covered.slice(first, last))];
  if (!all) return null;
  return h("p", { class: "quiet" }, voice.say("coverage", { share: voice.percent(seen / all) }));
}
