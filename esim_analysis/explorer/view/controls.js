// What a reader can turn: language, units, line, time, ground, apps.

import { h, s } from "./dom.js";
import { boundaryOf, fieldText, offsetAt, wallOf } from "./hours.js";
import { bar, colourOf, looksOf } from "./marks.js";
import { sum } from "./sums.js";

const OPEN_APPS = 7; // smaller ones are folded away
const LANGUAGES = { en: "English", es: "Español", zh: "中文" };

/** Language, unit and line: small, at the upper edge. */
export function drawToolbar(ctx) {
  const { state, act, voice, cube } = ctx;
  const { say } = voice;
  return [
    h(
      "select",
      { "aria-label": say("language"), "data-key": "lang", onchange: (event) => act.set({ lang: event.target.value }) },
      Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, lang: code, selected: code === state.lang }, name)),
    ),
    h(
      "button",
      { type: "button", "aria-pressed": String(state.iec), "data-key": "iec", title: say("units_about"), onclick: () => act.set({ iec: !state.iec }) },
      state.iec ? "GiB" : "GB",
    ),
    cube.lines.length > 1
      ? h(
          "select",
          { "aria-label": say("line"), "data-key": "line", onchange: (event) => act.chooseLine(event.target.value) },
          cube.lines.map((name) => h("option", { value: name, selected: name === state.line }, name)),
        )
      : null,
  ];
}

/** The answer, and below it what the present selection sums to. */
export function drawVerdict(ctx) {
  const selected = ctx.whole && !ctx.filtered ? null : h("p", { class: "selection" }, sentence(ctx));
  if (ctx.told) return [selected]; // the page around the view gives the answer
  const told = ctx.cube.verdicts[ctx.voice.lang] ?? sentence(ctx.everything());
  const [first, ...rest] = told.split("\n");
  return [
    h("p", { class: "headline" }, first),
    rest.length ? h("div", { class: "support" }, rest.map((line) => h("p", {}, line))) : null,
    selected,
  ];
}

/** The selection in one sentence. */
export function sentence(ctx) {
  const { voice, sums, state, names, billed } = ctx;
  const window = windowText(ctx);
  if (!sums.total) return voice.say("selection_empty", { window });
  const largest = [...sums.byApp.keys()]
    .filter((app) => app < names.length - 3 && (!state.apps.size || state.apps.has(app)))
    .sort((one, other) => sum(sums.byApp[other]) - sum(sums.byApp[one]))[0];
  const most = largest === undefined ? 0 : sum(sums.byApp[largest]);
  const values = {
    window,
    volume: voice.volume(sums.total),
    share: voice.percent(billed ? sums.total / billed : 0),
    billed: voice.volume(billed),
    app: names[largest],
    most: voice.volume(most),
  };
  if (sums.total === billed) return voice.say(most > 0 ? "selection_all" : "selection_all_unnamed", values);
  return voice.say(most > 0 ? "selection_part" : "selection_part_unnamed", values);
}

/** The selected time as a person would write it. */
export function windowText(ctx) {
  const { voice, hours, ranges, finding } = ctx;
  if (finding && ranges.length > 1) {
    const days = [...new Set(ranges.map(([from]) => voice.day(wallOf(hours, from))))];
    return days.length > 4
      ? voice.say("windows_many", { count: ranges.length, first: days[0], last: days.at(-1) })
      : voice.list(days);
  }
  if (!ranges.length) return "";
  return voice.span(wallOf(hours, ranges[0][0]), wallOf(hours, ranges.at(-1)[1]));
}

/** Two date-time fields: the way to a window for keyboards, touch and screen readers. */
export function drawWindow(ctx) {
  const { hours, voice, act, range, whole } = ctx;
  const { say } = voice;
  if (!hours.count) return [];
  const field = (end, hour) =>
    h("label", {}, h("span", {}, say(`window_${end}`)), h("input", {
      type: "datetime-local",
      step: 3600,
      min: fieldText(hours, 0),
      max: fieldText(hours, hours.count),
      value: fieldText(hours, hour),
      "data-key": `window-${end}`,
      onchange: (event) => {
        const chosen = boundaryOf(hours, event.target.value, { up: end === "to" });
        if (chosen === null) return;
        act.chooseWindow(end === "from" ? chosen : Math.min(range[0], chosen - 1), end === "to" ? chosen : Math.max(range[1], chosen + 1));
      },
    }));
  return [
    field("from", range[0]),
    field("to", range[1]),
    h("span", { class: "zone" }, zoneText(ctx)),
    h("button", { type: "button", "data-key": "reset", disabled: whole && !ctx.filtered, onclick: act.reset }, say("reset")),
    ctx.snapped ? h("p", { class: "quiet wide" }, say("snapped")) : null,
  ];
}

function zoneText({ hours, voice, range, cube }) {
  const [first, last] = [range[0], range[1] - 1].map((hour) => offsetText(offsetAt(hours, hour)));
  const offset = first === last ? first : `${first} / ${last}`; // the clock was changed in between
  const assumed = cube.zone_origin === "assumed" ? `, ${voice.say("zone_assumed")}` : "";
  return `${hours.zone} (${offset}${assumed})`;
}

function offsetText(minutes) {
  const away = Math.abs(minutes);
  const rest = away % 60 ? `:${String(away % 60).padStart(2, "0")}` : "";
  return `UTC${minutes < 0 ? "−" : "+"}${Math.floor(away / 60)}${rest}`;
}

/** Background, on screen, not known: each with what it sums to. */
export function drawGround(ctx) {
  const { voice, state, sums, act, cube } = ctx;
  const options = [[null, sum(sums.byGround)], ...cube.grounds.map((_, code) => [code, sums.byGround[code]])];
  return h(
    "fieldset",
    { class: "ground" },
    h("legend", {}, voice.say("ground_title")),
    options
      .filter(([code, bytes]) => code === null || bytes || state.ground === code)
      .map(([code, bytes]) =>
        h(
          "button",
          { type: "button", "aria-pressed": String(state.ground === code), "data-key": `ground-${code}`, onclick: () => act.set({ ground: code }) },
          voice.say(`ground_${code === null ? "all" : cube.grounds[code]}`),
          h("small", {}, voice.volume(bytes)),
        ),
      ),
  );
}

/** The apps as bars that are also the filter. */
export function drawApps(ctx) {
  const { cube, sums, state, voice, names, act } = ctx;
  const totals = sums.byApp.map(sum);
  const shown = [...totals.keys()].filter((app) => totals[app] !== 0 || state.apps.has(app));
  const largest = Math.max(1, ...shown.map((app) => totals[app]));
  const all = sum(totals);
  const row = (app) =>
    h(
      "button",
      {
        type: "button",
        class: "app",
        "aria-pressed": String(state.apps.has(app)),
        "data-key": `app-${app}`,
        title: voice.bytes(totals[app]),
        onclick: () => act.toggleApp(app),
      },
      h("span", { class: "app-name" }, h("bdi", {}, names[app])),
      h("span", { class: "app-volume" }, voice.volume(totals[app])),
      h("span", { class: "app-share" }, all > 0 && totals[app] > 0 ? voice.percent(totals[app] / all) : ""),
      appBar(ctx, app, sums.byApp[app], largest, state.apps.size > 0 && !state.apps.has(app)),
    );
  const found = new Set(cube.findings.map((finding) => finding.app));
  const ordered = shown.sort((one, other) => rankOf(one, names) - rankOf(other, names) || totals[other] - totals[one]);
  const [open, folded] = split(ordered, (app, place) => place < OPEN_APPS || found.has(app) || state.apps.has(app) || app >= names.length - 3);
  const list = (apps) => h("ul", { class: "apps" }, apps.map((app) => h("li", {}, row(app))));
  return [
    list(open),
    folded.length
      ? h("details", { "data-key": "more-apps" }, h("summary", { "data-key": "more-apps-summary" }, voice.say("more_apps", { count: folded.length })), list(folded))
      : null,
  ];
}

function split(items, keep) {
  return [items.filter(keep), items.filter((item, place) => !keep(item, place))];
}

function rankOf(app, names) {
  return app >= names.length - 3 ? 1 : 0;
}

function appBar({ prefix, appCount }, app, statuses, largest, faded) {
  const colour = colourOf(app, appCount);
  let x = 0;
  const parts = looksOf(statuses).map(({ status, bytes }) => {
    const width = Math.max(1.5, (bytes / largest) * 300);
    const drawn = bar(prefix, { colour, status, x, y: 0, width, height: 10, faded });
    x += width;
    return drawn;
  });
  return s("svg", { class: "app-bar", viewBox: "0 0 302 10", preserveAspectRatio: "none", "aria-hidden": "true" }, parts);
}

/** What the file holds and what not, and that it stays where it is. */
export function drawFooter({ voice, cube }) {
  const left = cube.left_out.map((key) => voice.say(`left_out_${key}`));
  return h("p", { class: "quiet" }, `${voice.say("footer")} ${voice.say("left_out")} ${left.join(" · ")}.`);
}

/** What the three looks mean. */
export function drawLegend({ voice, prefix }) {
  const looks = [["exact", 0], ["estimated", 1], ["bounded", 2]];
  return h(
    "ul",
    { class: "legend" },
    looks.map(([name, status]) =>
      h(
        "li",
        {},
        s("svg", { width: 26, height: 12, "aria-hidden": "true" }, bar(prefix, { colour: "c1", status, x: 0, y: 0, width: 26, height: 12 })),
        voice.say(`look_${name}`),
      ),
    ),
  );
}
