// Night rewind: from noon to noon on a clock of 24 hours, the data draining as the hand turns.

import { h, panel, s } from "./dom.js";
import { colourOf, round } from "./marks.js";
import { sum } from "./sums.js";

const PLAY_MS = 9000;
const [MIDDLE, INNER, OUTER] = [130, 44, 112];

/** Nights worth a look: those of findings first, then the rest; each starts at a day's noon. */
export function nightsOf({ hours, cube, state }) {
  const nights = new Set();
  for (const finding of cube.findings) {
    if (finding.line !== state.line) continue;
    for (const [from, to] of finding.hours) if (to - from <= 24) nights.add(nightOf(hours, from));
  }
  return [...nights].sort((one, other) => one - other);
}

/** Number of the day at whose noon the night of an hour begins; -1 before the first noon. */
export function nightOf(hours, hour) {
  return hours.day[hour] - (hours.wall[hour] < 720 ? 1 : 0);
}

/** The 24 hours of a night from the noon of `day`: wall hour, hours of the axis, bytes by app. */
export function nightHours({ line, hours, detail }, day, { apps, ground }) {
  const slots = [...Array(24).keys()].map((at) => ({ wall: (12 + at) % 24, byApp: new Map(), known: false }));
  const slotOf = new Map();
  for (const [number, first, last] of [[day, 720, 1440], [day + 1, 0, 720]]) {
    if (number < 0 || number >= hours.days) continue;
    for (let hour = hours.begins[number]; hour < hours.begins[number + 1]; hour += 1) {
      if (hours.wall[hour] < first || hours.wall[hour] >= last) continue;
      const at = (Math.floor(hours.wall[hour] / 60) + 12) % 24;
      slotOf.set(hour, at);
      slots[at].known ||= detail[hour] === 1;
    }
  }
  const { cells } = line;
  for (let at = 0; at < cells.count; at += 1) {
    const slot = slotOf.get(cells.pos[at]);
    if (slot === undefined || (apps.size && !apps.has(cells.app[at]))) continue;
    if (ground !== null && ground !== cells.ground[at]) continue;
    slots[slot].byApp.set(cells.app[at], (slots[slot].byApp.get(cells.app[at]) ?? 0) + cells.bytes[at]);
  }
  return slots;
}

/** The panel; `local` keeps night and hand between drawings. */
export function drawNight(ctx, local, redraw) {
  const { voice, hours } = ctx;
  const nights = nightsOf(ctx);
  if (!nights.length) return null;
  if (!nights.includes(local.night) || local.nightOf !== ctx.state.finding) {
    Object.assign(local, { night: chosenNight(ctx, nights), nightOf: ctx.state.finding, at: 24, playing: false });
  }
  const slots = nightHours(ctx, local.night, ctx.state);
  const dial = makeDial(ctx, slots);
  const status = h("p", { class: "night-status" });
  const paint = () => paintNight(ctx, slots, dial, status, slider, local.at);
  const slider = h("input", { type: "range", min: 0, max: 24, step: 1, value: local.at, "aria-label": voice.say("night_hand"), "data-key": "night-hand", oninput: (event) => {
    Object.assign(local, { at: Number(event.target.value), playing: false });
    paint();
  } });
  const play = h("button", { type: "button", class: "primary", "data-key": "night-play", onclick: () => playNight(local, play, voice, paint) }, voice.say("night_play"));
  const pick = h("select", { "aria-label": voice.say("night_pick"), "data-key": "night-pick", onchange: (event) => {
    Object.assign(local, { night: Number(event.target.value), at: 24, playing: false });
    redraw();
  } }, nights.map((day) => h("option", { value: day, selected: day === local.night }, nightText(ctx, day))));
  local.playing = false;
  paint();
  return panel(
    "night",
    voice.say("night_title"),
    h("div", { class: "night" }, dial.svg, h("div", { class: "night-side" }, h("div", { class: "night-controls" }, pick, play), slider, status,
      slots.every(({ known }) => known) ? null : h("p", { class: "quiet" }, voice.say("night_about")))),
  );
}

/** The fullest night of the finding looked at, else of the first one. */
function chosenNight(ctx, nights) {
  const { hours, cube, state } = ctx;
  const finding = ctx.finding ?? cube.findings.find(({ line }) => line === state.line);
  const own = new Set(finding.hours.map(([from]) => nightOf(hours, from)));
  const app = finding.app >= 0 ? new Set([finding.app]) : new Set();
  const gone = (night) => sum(nightHours(ctx, night, { apps: app, ground: null }).flatMap(({ byApp }) => [...byApp.values()]));
  const candidates = nights.filter((night) => own.has(night));
  return candidates.sort((one, other) => gone(other) - gone(one))[0] ?? nights[0];
}

function nightText({ voice, hours }, day) {
  const noon = hours.firstDay + (day * 24 + 12) * 3600000;
  return `${voice.shortDay(noon)} – ${voice.shortDay(noon + 86400000)}`;
}

function makeDial({ appCount, voice }, slots) {
  const totals = slots.map(({ byApp }) => sum([...byApp.values()].map((bytes) => Math.max(0, bytes))));
  const top = Math.max(1, ...totals);
  const wedges = slots.map((slot, at) => {
    let low = 0;
    const parts = [...slot.byApp].sort(([one], [other]) => one - other).filter(([, bytes]) => bytes > 0).map(([app, bytes]) => {
      const [inner, outer] = [low, low + bytes].map((value) => INNER + Math.sqrt(value / top) * (OUTER - INNER));
      low += bytes;
      return s("path", { class: `f-${colourOf(app, appCount)}`, d: wedge(slot.wall, inner, outer) });
    });
    return s("g", { class: "wedge" }, s("path", { class: slots[at].known ? "ring" : "ring unknown", d: wedge(slot.wall, INNER, OUTER) }), parts);
  });
  const numbers = [0, 6, 12, 18].map((hour) => {
    const [x, y] = point(hour, OUTER + 11);
    return s("text", { class: "tick", x, y: y + 4, "text-anchor": "middle" }, String(hour));
  });
  const hand = s("line", { class: "hand", x1: MIDDLE, y1: MIDDLE, x2: MIDDLE, y2: MIDDLE - OUTER - 2 });
  const amount = s("text", { class: "night-amount", x: MIDDLE, y: MIDDLE + 2, "text-anchor": "middle" });
  const clock = s("text", { class: "tick", x: MIDDLE, y: MIDDLE + 20, "text-anchor": "middle" });
  const svg = s("svg", { class: "dial", viewBox: `0 0 ${2 * MIDDLE} ${2 * MIDDLE}`, role: "img", "aria-label": voice.say("night_label", { volume: voice.volume(sum(totals)) }) },
    wedges, numbers, hand, s("circle", { class: "hub", cx: MIDDLE, cy: MIDDLE, r: INNER - 3 }), amount, clock);
  return { svg, wedges, hand, amount, clock, totals };
}

function wedge(hour, inner, outer) {
  const [x1, y1] = point(hour + 0.04, outer);
  const [x2, y2] = point(hour + 0.96, outer);
  const [x3, y3] = point(hour + 0.96, inner);
  const [x4, y4] = point(hour + 0.04, inner);
  return `M${x1} ${y1}A${round(outer)} ${round(outer)} 0 0 1 ${x2} ${y2}L${x3} ${y3}A${round(inner)} ${round(inner)} 0 0 0 ${x4} ${y4}Z`;
}

/** A point on the dial: midnight above, noon below. */
function point(hour, radius) {
  const angle = (hour / 24) * 2 * Math.PI;
  return [round(MIDDLE + Math.sin(angle) * radius), round(MIDDLE - Math.cos(angle) * radius)];
}

function paintNight(ctx, slots, dial, status, slider, at) {
  const { voice, names } = ctx;
  const past = Math.min(24, Math.floor(at));
  dial.wedges.forEach((wedge, number) => wedge.classList.toggle("unlit", number >= past));
  const gone = sum(dial.totals.slice(0, past));
  const wall = (12 + at) % 24;
  dial.hand.setAttribute("transform", `rotate(${round(wall * 15)} ${MIDDLE} ${MIDDLE})`);
  dial.amount.textContent = gone ? `−${voice.volume(gone)}` : voice.volume(0);
  dial.clock.textContent = `${String(Math.floor(wall)).padStart(2, "0")}:00`;
  // The hand at rest speaks of the whole night: who missed the film still reads its end.
  const over = past === 24;
  const [app, bytes] = past ? leader(over ? whole(slots) : slots[past - 1].byApp) : [null, 0];
  const told = { clock: dial.clock.textContent, gone: voice.volume(gone), app: names[app], volume: voice.volume(bytes) };
  const text = voice.say(app === null || bytes <= 0 ? "night_quiet" : over ? "night_over" : "night_active", told);
  status.textContent = text;
  slider.setAttribute("aria-valuetext", text);
  if (Number(slider.value) !== past) slider.value = past;
}

function whole(slots) {
  const night = new Map();
  for (const { byApp } of slots) for (const [app, bytes] of byApp) night.set(app, (night.get(app) ?? 0) + bytes);
  return night;
}

function leader(byApp) {
  return [...byApp].sort((one, other) => other[1] - one[1])[0] ?? [null, 0];
}

/** Turn the hand; those who asked for less motion see the end at once and step with the slider. */
function playNight(local, button, voice, paint) {
  if (local.playing) {
    local.playing = false;
    button.textContent = voice.say("night_play");
    return;
  }
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    local.at = local.at >= 24 ? 0 : local.at + 1;
    paint();
    return;
  }
  if (local.at >= 24) local.at = 0;
  local.playing = true;
  button.textContent = voice.say("night_pause");
  const begun = performance.now() - (local.at / 24) * PLAY_MS;
  const turn = (now) => {
    if (!local.playing || !button.isConnected) return;
    // A frame may carry a time before the press that asked for it.
    local.at = Math.min(24, Math.max(0, ((now - begun) / PLAY_MS) * 24));
    paint();
    if (local.at < 24) requestAnimationFrame(turn);
    else {
      local.playing = false;
      button.textContent = voice.say("night_play");
    }
  };
  requestAnimationFrame(turn);
}
