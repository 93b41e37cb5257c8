// When: the selected stretch in detail.

import { h, s, twin } from "./dom.js";
import { instantOf, wallOf } from "./hours.js";
import { bar, round, stackOrder, ticks } from "./marks.js";
import { makeBins, series, sum } from "./sums.js";

const FIRST_LABEL = 88; // px of "12 Oct 02:00"
export const LEFT = 58; // room for the labels of the axis, shared with the strip below
export const RIGHT = 8;
const MOST_MARKS = 31; // windows of a finding; more than one on every day of a month
const LONGEST_MARK = 7 * 24; // hours

/** The detail chart with its tooltip and its twin. */
export function drawDetail(ctx, width) {
  const { hours, visible, voice, line, detail, state } = ctx;
  if (!hours.count) return [];
  const most = Math.max(8, Math.floor((width - LEFT - RIGHT) / 6));
  const narrow = !detail.every(Boolean) && visible[1] - visible[0] > 96;
  const { step, bins } = narrow ? makeBins(hours, ...visible, 0) : makeBins(hours, ...visible, most);
  const stacks = series(line, hours, detail, { bins }, state);
  const around = series(line, hours, detail, { bins }, { apps: new Set(), ground: null });
  const frame = frameOf(ctx, width, around);
  const tip = h("div", { class: "tip", hidden: true, role: "presentation" });
  const svg = s(
    "svg",
    { class: "chart", width, height: frame.height, role: "img", "aria-label": label(ctx, bins, stacks) },
    grid(ctx, frame),
    marks(ctx, frame),
    bins.map((bin, at) => stackBars(ctx, frame, bin, stacks[at], around[at])),
    dayLabels(ctx, frame),
  );
  svg.addEventListener("pointermove", (event) => showTip(ctx, frame, bins, stacks, tip, svg, event));
  svg.addEventListener("pointerdown", (event) => showTip(ctx, frame, bins, stacks, tip, svg, event));
  svg.addEventListener("pointerleave", () => { tip.hidden = true; });
  const averaged = stacks.some(({ average }) => average > 0);
  return [
    h("div", { class: "chart-box" }, svg, tip),
    h("p", { class: "quiet" }, voice.say("billed_per", { step: voice.say(`step_${step}`) }), averaged ? ` ${voice.say("average_about")}` : "", line.grain === "rounded" ? ` ${voice.say("rounded_about")}` : ""),
    detailTwin(ctx, bins, stacks),
  ];
}

function frameOf({ visible }, width, stacks) {
  const height = width < 500 ? 210 : 250;
  const top = Math.max(1, ...stacks.map(({ total, average }) => Math.max(0, total) + average));
  const inner = Math.max(10, width - LEFT - RIGHT);
  const [bottom, ceiling] = [height - 26, 18];
  return {
    width,
    height,
    top,
    bottom,
    ceiling,
    x: (hour) => LEFT + ((hour - visible[0]) / (visible[1] - visible[0])) * inner,
    y: (bytes) => bottom - (bytes / top) * (bottom - ceiling),
    hour: (x) => visible[0] + ((x - LEFT) / inner) * (visible[1] - visible[0]),
  };
}

function grid({ voice, state }, frame) {
  return ticks(frame.top, 3, state.iec ? 1024 : 1000).map((value) => [
    s("line", { class: "grid", x1: LEFT, x2: frame.width - RIGHT, y1: round(frame.y(value)), y2: round(frame.y(value)) }),
    value > 0 ? s("text", { class: "tick", x: LEFT - 6, y: round(frame.y(value) + 4), "text-anchor": "end" }, voice.volume(value)) : null,
  ]).flat();
}

/** What happens several times on most days, or for weeks, would shade all of them; chosen, it is drawn. */
export const everywhere = (finding) => finding.hours.length > MOST_MARKS || finding.hours.some(([from, to]) => to - from > LONGEST_MARK);

/** Windows of findings as bands with a mark above them; the bill row looked at as a frame. */
function marks(ctx, frame) {
  const { cube, state, visible, row } = ctx;
  const bands = cube.findings.flatMap((finding, number) =>
    finding.line !== state.line || (state.finding === null ? everywhere(finding) : state.finding !== number)
      ? []
      : finding.hours.filter(([from, to]) => to > visible[0] && from < visible[1]).flatMap(([from, to]) => {
          const [left, right] = [frame.x(Math.max(from, visible[0])), frame.x(Math.min(to, visible[1]))];
          const middle = (left + right) / 2;
          return [
            s("rect", { class: "found", x: round(left), y: frame.ceiling - 4, width: round(Math.max(2, right - left)), height: round(frame.bottom - frame.ceiling + 4) }),
            s("path", { class: "found-mark", d: `M${round(middle - 5)} 4h10l-5 8z` }),
          ];
        }),
  );
  return row ? [...bands, rowFrame(ctx, frame)] : bands;
}

function rowFrame(ctx, frame) {
  const { row, hours, visible } = ctx;
  const place = (seconds) => {
    const at = ctx.hourOf(seconds);
    return at + (seconds - instantOf(hours, at)) / 3600;
  };
  const left = frame.x(Math.max(place(row.start), visible[0]));
  const right = frame.x(Math.min(place(row.end), visible[1]));
  if (right < LEFT || left > frame.width) return null;
  return s("rect", { class: "row-frame", x: round(left - 2), y: frame.ceiling - 4, width: round(Math.max(4, right - left + 4)), height: round(frame.bottom - frame.ceiling + 5) });
}

/** What is selected in colour, and what else was billed as a pale column behind it. */
function stackBars(ctx, frame, bin, stack, around) {
  const { prefix, appCount, places } = ctx;
  const gap = frame.x(bin.to) - frame.x(bin.from) > 5 ? 1 : 0;
  const [x, width] = [frame.x(bin.from), Math.max(0.6, frame.x(bin.to) - frame.x(bin.from) - gap)];
  const faded = ctx.finding !== null && !anyIn(places, bin);
  const behind = Math.max(0, around.total);
  const parts = ctx.filtered && behind > stack.total
    ? [s("rect", { class: "behind", x: round(x), y: round(frame.y(behind)), width: round(width), height: round(frame.bottom - frame.y(behind)) })]
    : [];
  let low = 0;
  for (const { colour, status, bytes } of stackOrder(stack.byApp, appCount)) {
    parts.push(bar(prefix, { colour, status, x, y: frame.y(low + bytes), width, height: frame.y(low) - frame.y(low + bytes), faded }));
    low += bytes;
  }
  if (stack.average > 0) {
    parts.push(s("rect", { class: "average", x: round(x), y: round(frame.y(low + stack.average)), width: round(width + gap), height: round(frame.y(low) - frame.y(low + stack.average)) }));
  }
  return parts;
}

function anyIn(places, bin) {
  for (let hour = bin.from; hour < bin.to; hour += 1) if (places[hour]) return true;
  return false;
}

function dayLabels({ hours, visible, voice }, frame) {
  const labels = [];
  const days = hours.day[visible[1] - 1] - hours.day[visible[0]] + 1;
  const room = Math.max(1, Math.floor((frame.width - LEFT) / 64));
  if (days <= 2) {
    // The first label names the day too and takes the room of two.
    const every = Math.max(1, Math.ceil((visible[1] - visible[0]) / room));
    for (let hour = visible[0]; hour < visible[1]; hour += every) {
      const wall = wallOf(hours, hour);
      const first = hour === visible[0];
      if (!first && frame.x(hour) - frame.x(visible[0]) < FIRST_LABEL) continue;
      labels.push(labelAt(frame, hour, first ? `${voice.shortDay(wall)} ${voice.clock(wall)}` : voice.clock(wall)));
    }
    return labels;
  }
  const every = Math.max(1, Math.ceil(days / room));
  for (let day = hours.day[visible[0]]; day <= hours.day[visible[1] - 1]; day += every) {
    const hour = Math.max(hours.begins[day], visible[0]);
    labels.push(labelAt(frame, hour, voice.shortDay(wallOf(hours, hour))));
  }
  return labels;
}

function labelAt(frame, hour, text) {
  return [
    s("line", { class: "grid", x1: round(frame.x(hour)), x2: round(frame.x(hour)), y1: frame.bottom, y2: frame.bottom + 5 }),
    s("text", { class: "tick", x: round(frame.x(hour)), y: frame.bottom + 19 }, text),
  ];
}

function label(ctx, bins, stacks) {
  const { voice, hours, sums } = ctx;
  let peak = 0;
  stacks.forEach((stack, at) => { if (stack.total > stacks[peak].total) peak = at; });
  const bin = bins[peak];
  return voice.say("timeline_label", {
    volume: voice.volume(sums.total),
    peak: voice.volume(stacks[peak].total),
    when: voice.span(wallOf(hours, bin.from), wallOf(hours, bin.to)),
  });
}

function showTip(ctx, frame, bins, stacks, tip, svg, event) {
  const box = svg.getBoundingClientRect();
  const hour = frame.hour(event.clientX - box.left);
  const at = bins.findIndex((bin) => hour >= bin.from && hour < bin.to);
  if (at < 0) {
    tip.hidden = true;
    return;
  }
  tip.replaceChildren(...tipLines(ctx, bins[at], stacks[at]));
  tip.hidden = false;
  const left = frame.x(bins[at].from) + 12;
  tip.style.left = `${Math.max(0, Math.min(left, frame.width - tip.offsetWidth - 4))}px`;
}

function tipLines({ voice, hours, names }, bin, stack) {
  const largest = [...stack.byApp].map(([app, statuses]) => [app, sum(statuses)]).sort((one, other) => other[1] - one[1]);
  return [
    h("strong", {}, voice.span(wallOf(hours, bin.from), wallOf(hours, bin.to))),
    h("span", {}, `${voice.volume(stack.total)} · ${voice.bytes(stack.total)}`),
    ...largest.slice(0, 4).map(([app, bytes]) => h("span", {}, h("bdi", {}, names[app]), ` ${voice.volume(bytes)}`)),
    stack.average > 0 ? h("span", {}, voice.say("average", { volume: voice.volume(stack.average) })) : "",
  ];
}

function detailTwin({ voice, hours, names, appCount }, bins, stacks) {
  const apps = new Map();
  for (const { byApp } of stacks) for (const [app, statuses] of byApp) apps.set(app, (apps.get(app) ?? 0) + sum(statuses));
  const leading = [...apps].sort((one, other) => other[1] - one[1]).slice(0, 5).map(([app]) => app).sort((one, other) => one - other);
  const rows = bins
    .map((bin, at) => [bin, stacks[at]])
    .filter(([, stack]) => stack.total || stack.average)
    .map(([bin, stack]) => [
      voice.span(wallOf(hours, bin.from), wallOf(hours, bin.to)),
      voice.volume(stack.total + stack.average),
      ...leading.map((app) => (stack.byApp.has(app) ? voice.volume(sum(stack.byApp.get(app))) : "·")),
    ]);
  const head = [voice.say("time"), voice.say("billed"), ...leading.map((app) => names[app])];
  return appCount ? twin("timeline", voice.say("as_table"), head, rows) : null;
}
