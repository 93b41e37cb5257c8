// The explorer: one state, everything else follows from it.

import { unpack, readLine } from "./decode.js";
import { boundaryOf, hourAt, isoText, makeHours, maskOf, snap } from "./hours.js";
import { makeVoice } from "./voice.js";
import { placesIn, sum, sumUp, billedByApp } from "./sums.js";
import { h, refill } from "./dom.js";
import { patterns } from "./marks.js";
import { drawCards } from "./cards.js";
import { drawApps, drawFooter, drawGround, drawLegend, drawToolbar, drawVerdict, drawWindow } from "./controls.js";
import { drawDetail } from "./timeline.js";
import { makeStrip } from "./strip.js";
import { drawBalance } from "./balance.js";
import { drawBurn } from "./burn.js";
import { drawWeek } from "./week.js";
import { drawNight } from "./night.js";
import { drawHosts } from "./hosts.js";
import { drawRows } from "./rows.js";

const FOLLOWED = ["window", "apps", "ground", "finding", "lang", "line"];
const PANEL_EDGES = 38; // padding and border of a panel, px
let views = 0;

/** Draw the explorer into `el` (anywidget's front end); returns what takes it away again. */
export async function render({ model, el }) {
  const cube = await unpack(model.get("_head"));
  const view = makeView(cube, model, el);
  await view.chooseLine(model.get("line") || cube.lines[0]);
  const observer = new ResizeObserver(() => view.resized());
  observer.observe(view.root);
  return () => observer.disconnect();
}

function makeView(cube, model, el) {
  const hours = makeHours(cube.hours);
  const prefix = `esim${(views += 1)}`;
  const regions = regionsOf(prefix);
  const local = { night: null, at: 24, playing: false, width: 0, row: null };
  const loaded = new Map();
  let line = null;
  let state = { lang: model.get("lang") || "en", iec: false, line: null, from: 0, to: hours.count, finding: null, apps: new Set(), ground: null };

  const contextNow = () => contextOf({ cube, hours, line, state, prefix, act, live: Boolean(model.get("code")), told: Boolean(model.get("_told")), row: local.row });
  const draw = () => {
    if (line) drawAll(contextNow(), regions, local, drawNightOnly, look);
  };
  const drawNightOnly = () => refill(regions.night, drawNight(contextNow(), local, drawNightOnly));
  const look = (row) => {
    if (local.row === row) return;
    local.row = row;
    refill(regions.detail, drawDetail(contextNow(), innerWidth(regions.detail)));
  };
  const set = (change) => {
    state = { ...state, ...change };
    local.row = null;
    draw();
    local.telling = true;
    tellModel(model, cube, hours, state);
    local.telling = false;
  };
  const chooseLine = async (name, change = {}) => {
    const number = Math.max(0, cube.lines.indexOf(name));
    const text = model.get("_lines")[number];
    if (text !== undefined && !loaded.has(number)) loaded.set(number, readLine(await unpack(text)));
    line = loaded.get(number) ?? null;
    if (!line) refill(regions.verdict, h("p", { class: "headline" }, makeVoice(cube.say[state.lang], state.lang).say("nothing_billed")));
    else if (change.fresh) set({ line: cube.lines[number], finding: null, ...change.then });
    else {
      state = { ...state, line: cube.lines[number], ...fromModel(model, cube, hours) };
      draw();
    }
  };
  const reveal = () => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    regions.when.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  };
  const act = actions({ cube, hours, model, get: () => state, lineNow: () => line, set, chooseLine, reveal });
  const follow = () => {
    if (local.telling) return;
    if (model.get("line") && model.get("line") !== state.line) chooseLine(model.get("line"));
    else {
      state = { ...state, ...fromModel(model, cube, hours) };
      draw();
    }
  };
  for (const name of FOLLOWED) model.on?.(`change:${name}`, follow);
  el.append(regions.root);
  model.get("_tools")?.append(regions.toolbar);
  if (model.get("_told")) regions.when.prepend(regions.verdict); // only what is selected is left to tell
  const resized = () => {
    const width = regions.root.clientWidth;
    if (Math.abs(width - local.width) < 2) return;
    local.width = width;
    draw();
  };
  return { root: regions.root, chooseLine, resized };
}

/** What a reader does, as changes of the state. */
function actions({ cube, hours, model, get, lineNow, set, chooseLine, reveal }) {
  const chooseWindow = (from, to, { moved = null } = {}) => {
    const detail = maskOf(hours, lineNow().detail);
    let [first, last] = snap(hours, detail, Math.floor(from), Math.ceil(to));
    // A handle moved inward over hours that are known by day lets go of the whole day.
    const { range } = rangesOf(cube, hours, get());
    if (moved === 0 && from > range[0] && first <= range[0]) first = Math.min(last - 1, hours.begins[hours.day[range[0]] + 1]);
    if (moved === 1 && to < range[1] && last >= range[1]) last = Math.max(first + 1, hours.begins[hours.day[range[1] - 1]]);
    set({ from: first, to: last, finding: null });
  };
  return {
    set,
    chooseWindow,
    chooseLine: (name) => chooseLine(name, { fresh: true }),
    toggleApp: (app) => {
      const apps = new Set(get().apps);
      if (!apps.delete(app)) apps.add(app);
      set({ apps, finding: null, ...keptWindow(cube, hours, get()) });
    },
    chooseFinding: async (number) => {
      if (number === null) {
        set({ finding: null, apps: new Set(), from: 0, to: hours.count });
        return;
      }
      const { app, line } = cube.findings[number];
      const change = { finding: number, apps: new Set(app >= 0 ? [app] : []), ground: null };
      if (line === get().line) set(change);
      else await chooseLine(line, { fresh: true, then: change });
      reveal();
    },
    reset: () => set({ finding: null, apps: new Set(), ground: null, from: 0, to: hours.count }),
  };
}

/** Leaving a finding by its apps keeps its stretch of time. */
function keptWindow(cube, hours, state) {
  if (state.finding === null) return {};
  const { range } = rangesOf(cube, hours, state);
  return { from: range[0], to: range[1] };
}

/** The selected ranges of hours, and the one range that holds them. */
function rangesOf(cube, hours, state) {
  const finding = state.finding === null ? null : cube.findings[state.finding];
  const ranges = finding ? finding.hours : hours.count ? [[state.from, state.to]] : [];
  const range = ranges.length ? [Math.min(...ranges.map(([from]) => from)), Math.max(...ranges.map(([, to]) => to))] : [0, 0];
  return { finding, ranges, range };
}

/** Everything a drawing needs, computed once a change. */
function contextOf({ cube, hours, line, state, prefix, act, live, told, row }) {
  const { finding, ranges, range } = rangesOf(cube, hours, state);
  const voice = makeVoice(cube.say[state.lang] ?? cube.say.en, state.lang, { iec: state.iec });
  const names = cube.names[state.lang] ?? cube.names.en;
  const appCount = names.length;
  const places = placesIn(hours, ranges);
  const all = placesIn(hours, [[0, hours.count]]);
  return {
    cube,
    hours,
    line,
    state,
    prefix,
    act,
    live,
    told,
    row,
    finding,
    ranges,
    range,
    voice,
    names,
    appCount,
    places,
    detail: maskOf(hours, line.detail),
    visible: finding && hours.count ? wholeDays(hours, range) : range,
    whole: !finding && range[0] === 0 && range[1] === hours.count,
    filtered: state.apps.size > 0 || state.ground !== null,
    sums: sumUp(line, places, state, appCount),
    everything: () => contextOf({ cube, hours, line, prefix, act, live, told, row, state: { ...state, from: 0, to: hours.count, finding: null, apps: new Set(), ground: null } }),
    billed: sum(billedByApp(line, all, appCount)),
    hourOf: (seconds) => hourAt(hours, seconds),
  };
}

function wholeDays(hours, [from, to]) {
  return [hours.begins[hours.day[from]], hours.begins[hours.day[to - 1] + 1]];
}

function regionsOf(prefix) {
  const names = ["toolbar", "verdict", "cards", "window", "ground", "detail", "strip", "legend", "apps", "balance", "burn", "week", "night", "hosts", "rows", "footer"];
  const regions = Object.fromEntries(names.map((name) => [name, h("div", { class: `region region-${name}` })]));
  regions.verdict.setAttribute("aria-live", "polite");
  regions.when = h("div", { class: "region-when" }, regions.window, regions.detail, regions.strip, regions.legend);
  regions.who = h("div", { class: "region-who" }, regions.ground, regions.apps);
  regions.root = h(
    "div",
    { class: "esim-view" },
    patterns(prefix),
    regions.toolbar,
    regions.verdict,
    regions.cards,
    h("div", { class: "explore" }, regions.when, regions.who),
    h("div", { class: "panels" }, regions.night, regions.burn, regions.balance, regions.week, regions.rows, regions.hosts),
    regions.footer,
  );
  return regions;
}

function drawAll(ctx, regions, local, drawNightOnly, look) {
  const { voice } = ctx;
  regions.root.lang = voice.locale;
  refill(regions.toolbar, drawToolbar(ctx));
  refill(regions.verdict, drawVerdict(ctx));
  refill(regions.cards, drawCards(ctx, regions.cards.clientWidth));
  refill(regions.window, h("h3", {}, voice.say("when_title")), h("div", { class: "window" }, drawWindow(ctx)));
  refill(regions.ground, drawGround(ctx));
  refill(regions.detail, drawDetail(ctx, innerWidth(regions.detail)));
  refill(regions.strip, makeStrip(ctx, innerWidth(regions.strip)));
  refill(regions.legend, drawLegend(ctx));
  refill(regions.apps, h("h3", {}, voice.say("apps_title")), drawApps(ctx));
  refill(regions.balance, drawBalance(ctx, innerWidth(regions.balance) - PANEL_EDGES));
  refill(regions.burn, drawBurn(ctx, innerWidth(regions.burn) - PANEL_EDGES));
  refill(regions.week, drawWeek(ctx, innerWidth(regions.week) - PANEL_EDGES));
  refill(regions.night, drawNight(ctx, local, drawNightOnly));
  refill(regions.rows, drawRows(ctx, look));
  refill(regions.hosts, drawHosts(ctx));
  refill(regions.footer, ctx.live || ctx.told ? null : drawFooter(ctx));
}

/** Width inside a region's padding; a region that is not laid out yet gets a fair guess. */
function innerWidth(region) {
  const style = getComputedStyle(region);
  const width = region.clientWidth - parseFloat(style.paddingLeft || 0) - parseFloat(style.paddingRight || 0);
  return Math.max(240, Math.floor(width || 640));
}

/** Tell the host what is selected; it may keep it in Python or in the address. */
function tellModel(model, cube, hours, state) {
  const whole = state.from === 0 && state.to === hours.count;
  model.set("window", whole || state.finding !== null ? [] : [isoText(hours, state.from), isoText(hours, state.to)]);
  model.set("apps", [...state.apps].sort((one, other) => one - other).map((app) => cube.apps[app]));
  model.set("ground", state.ground === null ? "all" : cube.grounds[state.ground]);
  model.set("finding", state.finding === null ? 0 : state.finding + 1);
  model.set("line", state.line);
  model.set("lang", state.lang);
  model.save_changes();
}

/** Read a selection from the host; what it does not know stays out. */
function fromModel(model, cube, hours) {
  const window = model.get("window") ?? [];
  const from = window.length === 2 ? boundaryOf(hours, window[0]) : 0;
  const to = window.length === 2 ? boundaryOf(hours, window[1], { up: true }) : hours.count;
  const ground = cube.grounds.indexOf(model.get("ground"));
  const finding = (model.get("finding") || 0) - 1;
  const lang = model.get("lang");
  return {
    from: from === null ? 0 : Math.min(from, Math.max(0, hours.count - 1)),
    to: to === null || to <= from ? hours.count : to,
    apps: new Set((model.get("apps") ?? []).map((id) => cube.apps.indexOf(id)).filter((app) => app >= 0)),
    ground: ground < 0 ? null : ground,
    finding: finding >= 0 && finding < cube.findings.length ? finding : null,
    ...(lang in cube.say ? { lang } : {}),
  };
}

export default { render };
