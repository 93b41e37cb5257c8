// The whole time as a strip: a brush with two handles chooses a stretch of it.

import { s } from "./dom.js";
import { wallOf } from "./hours.js";
import { round } from "./marks.js";
import { makeBins, series } from "./sums.js";
import { everywhere, LEFT, RIGHT } from "./timeline.js";

const GRAB = 14; // px around an end of the brush that takes hold of it

/** The strip: bars of the whole time, marks of findings, and a brush with two handles. */
export function makeStrip(ctx, width) {
  const { hours, line, detail, state } = ctx;
  if (!hours.count) return null;
  const height = 58;
  const { bins } = detail.every(Boolean)
    ? makeBins(hours, 0, hours.count, Math.floor(width / 3))
    : makeBins(hours, 0, hours.count, 0);
  const stacks = series(line, hours, detail, { bins }, state);
  const around = series(line, hours, detail, { bins }, { apps: new Set(), ground: null });
  const top = Math.max(1, ...around.map(({ total }) => total));
  const x = (hour) => LEFT + (hour / hours.count) * (width - LEFT - RIGHT);
  const column = (bin, bytes, look) => {
    const tall = (Math.max(0, bytes) / top) * (height - 22);
    return s("rect", { class: look, x: round(x(bin.from)), y: round(height - 8 - tall), width: round(Math.max(0.6, x(bin.to) - x(bin.from) - 0.6)), height: round(tall) });
  };
  const bars = bins.map((bin, at) => [
    ctx.filtered ? column(bin, around[at].total, "behind") : null,
    column(bin, stacks[at].total, "strip-bar"),
  ]);
  const found = ctx.cube.findings
    .filter((finding, number) => finding.line === state.line && (state.finding === number || !everywhere(finding)))
    .flatMap((finding) => finding.hours.map(([from, to]) => s("path", { class: "found-mark", d: `M${round((x(from) + x(to)) / 2 - 4)} 1h8l-4 6z` })));
  const brush = s("rect", { class: "brush", y: 8, height: height - 12 });
  const handles = [0, 1].map((end) => handle(ctx, end, height));
  const svg = s("svg", { class: "strip", width, height, "aria-label": ctx.voice.say("strip_label"), role: "group" }, bars, found, brush, handles);
  const place = ([from, to]) => {
    brush.setAttribute("x", round(x(from)));
    brush.setAttribute("width", round(Math.max(1, x(to) - x(from))));
    handles.forEach((each, end) => {
      each.setAttribute("transform", `translate(${round(x(end ? to : from))} 0)`);
      each.setAttribute("aria-valuenow", end ? to : from);
      each.setAttribute("aria-valuetext", momentText(ctx, end ? to : from));
    });
  };
  place(ctx.range);
  const hourAtX = (clientX) => {
    const inside = (clientX - svg.getBoundingClientRect().left - LEFT) / (width - LEFT - RIGHT);
    return Math.max(0, Math.min(hours.count, inside * hours.count));
  };
  brushWith(svg, ctx, { x, hourAtX, place });
  return svg;
}

function momentText({ voice, hours }, hour) {
  const wall = wallOf(hours, hour);
  return `${voice.day(wall)}, ${voice.clock(wall)}`;
}

function handle(ctx, end, height) {
  const { hours, range, voice, act, detail } = ctx;
  const group = s(
    "g",
    { class: "handle", tabindex: 0, role: "slider", "data-key": `handle-${end}`, "aria-label": voice.say(end ? "window_to" : "window_from"), "aria-valuemin": 0, "aria-valuemax": hours.count },
    s("line", { y1: 6, y2: height - 2 }),
    s("rect", { x: -5, y: height / 2 - 9, width: 10, height: 18, rx: 4 }),
  );
  group.addEventListener("keydown", (event) => {
    const near = detail[Math.min(range[end], hours.count - 1)] ? 1 : 24;
    const steps = { ArrowLeft: -near, ArrowDown: -near, ArrowRight: near, ArrowUp: near, PageDown: -24, PageUp: 24, Home: -hours.count, End: hours.count };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(hours.count, range[end] + steps[event.key]));
    if (end === 0) act.chooseWindow(Math.min(to, range[1] - 1), range[1], { moved: 0 });
    else act.chooseWindow(range[0], Math.max(to, range[0] + 1), { moved: 1 });
  });
  return group;
}

/** Drag anew, drag an end, or drag the whole brush; a tap on a day takes the day. */
function brushWith(svg, ctx, { x, hourAtX, place }) {
  const { hours, act, range } = ctx;
  let held = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const px = event.clientX - svg.getBoundingClientRect().left;
    const hour = hourAtX(event.clientX);
    const whole = range[1] - range[0] >= hours.count;
    let kind = "new";
    if (Math.abs(px - x(range[0])) < GRAB) kind = "from";
    else if (Math.abs(px - x(range[1])) < GRAB) kind = "to";
    else if (!whole && hour > range[0] && hour < range[1]) kind = "all";
    held = { kind, hour, px, range, moved: false };
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!held) return;
    const px = event.clientX - svg.getBoundingClientRect().left;
    held.moved ||= Math.abs(px - held.px) > 3;
    if (!held.moved) return;
    held.range = dragged(held, hourAtX(event.clientX), range, hours.count);
    place(held.range);
  });
  const drop = () => {
    const last = held;
    held = null;
    if (!last) return;
    if (last.moved) act.chooseWindow(...last.range);
    else if (last.kind === "new" || last.kind === "all") {
      const day = hours.day[Math.min(hours.count - 1, Math.floor(last.hour))];
      act.chooseWindow(hours.begins[day], hours.begins[day + 1]);
    }
  };
  svg.addEventListener("pointerup", drop);
  svg.addEventListener("pointercancel", () => { held = null; place(range); });
}

/** The range a drag has reached. */
export function dragged({ kind, hour }, now, range, count) {
  if (kind === "from") return [Math.min(Math.round(now), range[1] - 1), range[1]];
  if (kind === "to") return [range[0], Math.max(Math.round(now), range[0] + 1)];
  if (kind === "all") {
    const length = range[1] - range[0];
    const from = Math.max(0, Math.min(count - length, Math.round(range[0] + now - hour)));
    return [from, from + length];
  }
  const [from, to] = [Math.floor(Math.min(hour, now)), Math.ceil(Math.max(hour, now))];
  return [from, Math.max(to, from + 1)];
}
