// Bill over phone: what is dragged here was scored in Python; this only draws and tells.

const SVG = "http://www.w3.org/2000/svg";
const [HEIGHT, STRIP, FOOT] = [180, 46, 18];
const STEPS_AN_HOUR = 2;

function make(tag, properties, ...children) {
  const element = SHAPES.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity));
  return element;
}
const SHAPES = new Set(["svg", "path", "rect", "line", "text", "g", "title"]);

/** A staircase: one step a value, closed at the ground where it is filled. */
function stairs(values, width, height, top, closed) {
  const step = width / values.length;
  const y = (value) => (height - (value / top) * (height - 8)).toFixed(1);
  const points = values.map((value, at) => `H${(at * step).toFixed(1)}V${y(value)}H${((at + 1) * step).toFixed(1)}`);
  return `M0 ${height}${points.join("")}${closed ? `V${height}Z` : ""}`;
}

/** The two curves; the bill lies in a group that is moved. */
function drawCurves(data, words, width) {
  const shown = data.to - data.from;
  const scale = width / shown;
  const whole = data.phone.length * scale;
  const top = Math.max(1, ...data.phone, ...data.billed);
  const left = -data.from * scale;
  const bill = make("path", { class: "bill", d: stairs(data.billed, whole, HEIGHT, top, false) });
  const moved = make("g", {}, bill);
  const ticks = data.ticks.map(([at, told]) => [
    make("line", { class: "rule", x1: (at - data.from) * scale, x2: (at - data.from) * scale, y1: 0, y2: HEIGHT }),
    make("text", { x: (at - data.from) * scale + 4, y: HEIGHT + 14 }, told),
  ]);
  const svg = make(
    "svg",
    { class: "curves", width, height: HEIGHT + FOOT, role: "img", "aria-label": words.about },
    ticks,
    make("line", { class: "rule", x1: 0, x2: width, y1: HEIGHT, y2: HEIGHT }),
    make("g", { transform: `translate(${left.toFixed(1)} 0)` }, make("path", { class: "phone", d: stairs(data.phone, whole, HEIGHT, top, true) }), moved),
  );
  return {
    svg,
    anHour: STEPS_AN_HOUR * scale,
    move: (minutes, factor) => {
      const shift = (minutes / 60) * STEPS_AN_HOUR * scale;
      moved.setAttribute("transform", `translate(${(-shift).toFixed(1)} ${(HEIGHT * (1 - 1 / factor)).toFixed(2)}) scale(1 ${(1 / factor).toFixed(4)})`);
    },
  };
}

/** Scores side by side; the best is filled, the chosen one framed. */
function drawStrip(scan, width) {
  const slot = width / scan.scores.length;
  const bars = scan.scores.map((score, at) => {
    const height = Math.max(2, score * (STRIP - 4));
    const look = at === scan.best ? "score best" : "score";
    return make("rect", { class: look, x: at * slot + 0.5, y: STRIP - height, width: Math.max(1, slot - 1), height }, make("title", {}, scan.told[at]));
  });
  const svg = make("svg", { class: "strip", width, height: STRIP, "aria-hidden": "true" }, bars);
  return { svg, mark: (now) => bars.forEach((bar, at) => bar.classList.toggle("now", at === now)) };
}

/** A slider over a scan, its sentence and its table. */
function drawScan(scan, words, width, choose) {
  const strip = drawStrip(scan, width);
  const told = make("output", { "aria-live": "polite" });
  const slider = make("input", { type: "range", min: 0, max: scan.values.length - 1, step: 1, oninput: () => choose(Number(slider.value)) });
  const rows = scan.values.map((_, at) => make("tr", {}, make("th", { scope: "row" }, scan.names[at]), make("td", {}, scan.shares[at])));
  const root = make(
    "div",
    { class: `scan scan-${scan.key}` },
    make("label", {}, make("span", {}, scan.label), slider),
    strip.svg,
    told,
    make("p", { class: "verdict" }, scan.verdict),
    make("details", {}, make("summary", {}, words.table), make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, scan.label), make("th", { scope: "col" }, words.score))), make("tbody", {}, rows))),
  );
  return {
    root,
    show: (at) => {
      slider.value = at;
      slider.setAttribute("aria-valuetext", scan.names[at]);
      told.textContent = scan.told[at];
      strip.mark(at);
    },
  };
}

function render({ model, el }) {
  const [data, words] = [model.get("_data"), model.get("_words")];
  el.classList.add("esim-slide");
  if (!data.phone) {
    el.append(make("p", {}, words.nothing));
    return undefined;
  }
  const at = { clock: () => data.clock.values.indexOf(model.get("offset_minutes")), overhead: () => nearest(data.overhead.values, model.get("overhead")) };
  const choose = (name, scan) => (place) => {
    model.set(name, scan.values[Math.min(scan.values.length - 1, Math.max(0, place))]);
    model.save_changes();
    show();
  };
  let [curves, clock, overhead] = [null, null, null];
  const show = () => {
    curves.move(model.get("offset_minutes"), model.get("overhead"));
    clock?.show(at.clock());
    overhead?.show(at.overhead());
  };
  const draw = () => {
    const width = Math.max(280, el.clientWidth || 700);
    curves = drawCurves(data, words, width);
    clock = data.clock.values.length ? drawScan(data.clock, words, width, choose("offset_minutes", data.clock)) : null;
    overhead = data.overhead.values.length ? drawScan(data.overhead, words, width, choose("overhead", data.overhead)) : null;
    if (clock) drag(curves, at.clock, choose("offset_minutes", data.clock));
    el.replaceChildren(
      make("h4", {}, words.title),
      make("p", {}, words.about),
      make("div", { class: "keys" }, make("span", { class: "phone-key" }, words.phone), make("span", { class: "bill-key" }, words.billed), make("span", {}, data.axis)),
      curves.svg,
      clock ? clock.root : make("p", { class: "verdict" }, data.clock.verdict),
      make("h4", {}, words.overhead_title),
      overhead ? overhead.root : make("p", { class: "verdict" }, data.overhead.verdict),
    );
    show();
  };
  draw();
  model.on("change:offset_minutes", show);
  model.on("change:overhead", show);
  let known = el.clientWidth;
  const watch = new ResizeObserver(() => {
    if (Math.abs(el.clientWidth - known) < 2) return;
    known = el.clientWidth;
    draw();
  });
  watch.observe(el);
  return () => watch.disconnect();
}

/** The bill under a finger, hour by hour. */
function drag({ svg, anHour }, now, choose) {
  let begun = null;
  svg.addEventListener("pointerdown", (event) => {
    begun = { x: event.clientX, at: now() };
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (begun) choose(begun.at + Math.round((event.clientX - begun.x) / anHour));
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { begun = null; });
}

function nearest(values, wanted) {
  return values.reduce((best, value, at) => (Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? at : best), 0);
}

export default { render };
