// What the view computes, as statements: hours, sums, voices, bins, nights. Run by test_view.py.

import assert from "node:assert/strict";
import test from "node:test";

const view = (name) => import(new URL(`../../esim_analysis/explorer/view/${name}.js`, import.meta.url));
const { makeHours, boundaryOf, fieldText, isoText, snap, maskOf, weekdayOf, wallAt } = await view("hours");
const { makeVoice } = await view("voice");
const { placesIn, sumUp, makeBins, series, weekSums, hostSums } = await view("sums");
const { looksOf, stackOrder, ticks, colourOf } = await view("marks");
const { partsOf } = await view("balance");
const { periodOf, pointsOf, endsOf, endedOn } = await view("burn");
const { nightHours, nightOf } = await view("night");
const { dragged } = await view("strip");
const { readBlock } = await view("decode");

const DAY = 86400;
const FIRST = Date.parse("2026-10-24T22:00Z") / 1000; // midnight of Sunday 25 October in Madrid
// Sunday 25 October 2026: clocks go back, the day has 25 hours; Monday has 24.
const autumn = makeHours({
  zone: "Europe/Madrid",
  first: "2026-10-25",
  midnights: [FIRST, FIRST + DAY + 3600, FIRST + 2 * DAY + 3600],
  walls: { 0: [0, 60, 120, 120, ...Array.from({ length: 21 }, (_, at) => (at + 3) * 60)] },
});
const plain = makeHours({ zone: "UTC", first: "2026-10-05", midnights: [0, 1, 2, 3].map((day) => Date.parse("2026-10-05") / 1000 + day * DAY), walls: {} });

/** A line whose cells are `[pos, app, ground, status, bytes]`. */
const lineOf = (...cells) => ({
  cells: {
    count: cells.length,
    ...Object.fromEntries(["pos", "app", "ground", "status", "bytes"].map((name, at) => [name, cells.map((cell) => cell[at])])),
  },
});
const everything = { apps: new Set(), ground: null };

test("a day of 25 hours shows 02:00 twice, with two offsets", () => {
  assert.equal(autumn.count, 49);
  assert.equal(fieldText(autumn, 2), "2026-10-25T02:00");
  assert.equal(isoText(autumn, 2), "2026-10-25T02:00+02:00");
  assert.equal(isoText(autumn, 3), "2026-10-25T02:00+01:00");
  assert.equal(isoText(autumn, 49), "2026-10-27T00:00+01:00");
});

test("every boundary is found again from its own text", () => {
  for (let hour = 0; hour <= autumn.count; hour += 1) assert.equal(boundaryOf(autumn, isoText(autumn, hour)), hour);
});

test("a time inside an hour snaps outward: down as a start, up as an end", () => {
  assert.equal(boundaryOf(plain, "2026-10-05T02:10"), 2);
  assert.equal(boundaryOf(plain, "2026-10-05T02:58", { up: true }), 3);
  assert.equal(boundaryOf(plain, "yesterday"), null);
});

test("the wall clock of an instant follows its offset", () => {
  assert.equal(new Date(wallAt(autumn, FIRST + 3.5 * 3600)).toISOString(), "2026-10-25T02:30:00.000Z");
  assert.equal(weekdayOf(autumn, 0), 6);
  assert.equal(weekdayOf(plain, 0), 0);
});

test("where hours are known a window stays; where days are known it takes the day", () => {
  const detail = maskOf(plain, [[26, 28]]);
  assert.deepEqual(snap(plain, detail, 26, 28), [26, 28]);
  assert.deepEqual(snap(plain, detail, 25, 28), [24, 48]);
  assert.deepEqual(snap(plain, detail, 5, 27), [0, 48]);
  assert.deepEqual(snap(plain, maskOf(plain, [[0, 72]]), 5, 7), [5, 7]);
});

test("a day's place counts only when the whole day is selected", () => {
  const places = placesIn(plain, [[0, 25]]);
  assert.deepEqual([places[72], places[73], places[24], places[25]], [1, 0, 1, 0]);
});

test("each dimension is summed without its own filter", () => {
  const line = lineOf([2, 0, 1, 0, 100], [2, 1, 0, 1, 40], [30, 0, 0, 2, 7]);
  const sums = sumUp(line, placesIn(plain, [[0, 24]]), { apps: new Set([0]), ground: 1 }, 5);
  assert.equal(sums.total, 100);
  assert.equal(sums.window, 140);
  assert.deepEqual(sums.byGround, [0, 100, 0]);
  assert.deepEqual(sums.byApp[0], [100, 0, 0, 0, 0]);
});

test("bins stay inside days, also on the long one, and lose no hour", () => {
  const { step, bins } = makeBins(autumn, 0, 49, 10);
  assert.equal(step, 6);
  assert.equal(bins.length, 9); // 25 hours are five bins of six
  assert.equal(bins.reduce((total, { from, to }) => total + to - from, 0), 49);
});

test("a day's bytes are whole in a bin of a day, and an average in shorter ones", () => {
  const line = lineOf([72, 0, 0, 0, 2200], [26, 0, 0, 0, 50], [73, 0, 0, 0, 2200]);
  const detail = maskOf(plain, [[26, 28]]);
  const days = series(line, plain, detail, makeBins(plain, 0, 72, 3), everything);
  assert.deepEqual(days.map(({ total, average }) => [total, average]), [[2200, 0], [2250, 0], [0, 0]]);
  const hours = series(line, plain, detail, makeBins(plain, 24, 48, 24), everything);
  assert.deepEqual([hours[2].total, hours[2].average, hours[0].average], [50, 0, 100]);
});

test("the week tells what it knows by hour and what only by day", () => {
  const line = lineOf([2, 0, 0, 0, 10], [73, 0, 0, 0, 5]);
  const { sums, known, byDayOnly } = weekSums(line, plain, maskOf(plain, [[2, 3]]), placesIn(plain, [[0, 72]]), everything, weekdayOf);
  assert.deepEqual([sums[0][2], byDayOnly, known[0][2], known[0][3]], [10, 5, true, false]);
});

test("hosts keep their exact total over all, and say about for a part of a step", () => {
  const line = { host_step: 2, hosts: ["a.example"], hostCells: [{ host: 0, app: 0, total: 999, slots: [[0, 500], [1, 499]] }] };
  assert.deepEqual(hostSums(line, plain, placesIn(plain, [[0, 72]]), everything).map(({ bytes, about }) => [bytes, about]), [[999, false]]);
  assert.deepEqual(hostSums(line, plain, placesIn(plain, [[0, 1]]), everything).map(({ bytes, about }) => [bytes, about]), [[250, true]]);
});

test("the parts of the bill sum to it", () => {
  const parts = partsOf([900, 50, 30, 10, -5]);
  assert.deepEqual(parts, { explained: 950, unattributed: 30, rounding: 10, conflict: -5 });
});

test("a night runs from noon to noon, and knows which hours it was told", () => {
  assert.equal(nightOf(plain, 26), 0);
  assert.equal(nightOf(plain, 36), 1);
  const slots = nightHours({ line: lineOf([26, 0, 1, 0, 640]), hours: plain, detail: maskOf(plain, [[26, 27]]) }, 0, everything);
  assert.deepEqual([slots[14].wall, slots[14].byApp.get(0), slots[14].known, slots[13].known], [2, 640, true, false]);
});

test("what is unattributed is hatched like an estimate; what is exact is solid", () => {
  assert.deepEqual(looksOf([5, 1, 2, 3, -9]), [{ status: 0, bytes: 5 }, { status: 1, bytes: 4 }, { status: 2, bytes: 2 }]);
  const order = stackOrder(new Map([[9, [1, 0, 0, 0, 0]], [0, [2, 0, 0, 0, 0]], [17, [0, 0, 0, 3, 0]]]), 20);
  assert.deepEqual(order.map(({ colour, bytes }) => [colour, bytes]), [["c0", 2], ["others", 1], ["rest", 3]]);
  assert.equal(colourOf(16, 20), "others");
});

test("axis ticks are round and do not pass the top", () => {
  assert.deepEqual(ticks(640e6, 3), [0, 250e6, 500e6]);
  assert.deepEqual(ticks(0, 3), [0]);
});

test("a brush is drawn, pulled by an end, or moved as a whole inside the time", () => {
  assert.deepEqual(dragged({ kind: "new", hour: 30.4 }, 26.2, [0, 72], 72), [26, 31]);
  assert.deepEqual(dragged({ kind: "from", hour: 0 }, 80, [0, 72], 72), [71, 72]);
  assert.deepEqual(dragged({ kind: "all", hour: 10 }, 100, [8, 12], 72), [68, 72]);
});

test("volumes are written as the reports write them, in both bases", () => {
  const english = makeVoice({}, "en");
  assert.deepEqual([1.94e9, 34.4e6, 999.6e6, 12, 0].map(english.volume), ["1.94\u00a0GB", "34.4\u00a0MB", "1.00\u00a0GB", "12\u00a0B", "0\u00a0B"]);
  assert.equal(makeVoice({}, "es").volume(1.94e9), "1,94\u00a0GB");
  assert.equal(makeVoice({}, "en", { iec: true }).volume(2 ** 30), "1.00\u00a0GiB");
});

test("a range says its unit once, and less than nothing has a minus", () => {
  const { band, volume } = makeVoice({}, "en");
  assert.equal(band(1.9e9, 1.92e9), "1.90–1.92\u00a0GB");
  assert.equal(band(0, 69.1e6), "0\u00a0B–69.1\u00a0MB");
  assert.equal(band(5, 5), "5\u00a0B");
  assert.equal(volume(-5.4e6), "−5.4\u00a0MB");
});

test("days are written as the reports write them", () => {
  const thursday = Date.parse("2026-10-01T00:00Z");
  assert.deepEqual(["en", "es", "zh"].map((lang) => makeVoice({}, lang).day(thursday)), ["Thu 1 Oct", "jue 1 oct", "10月1日周四"]);
});

test("Chinese has spaces about a name only where it is Latin", () => {
  const { say } = makeVoice({ most: "最多的是 {app}，{app} 用了" }, "zh");
  assert.equal(say("most", { app: "乐词词典" }), "最多的是乐词词典，乐词词典用了");
  assert.equal(say("most", { app: "WeChat" }), "最多的是 WeChat，WeChat 用了");
  assert.equal(makeVoice({ most: "最多的是 {app}" }, "zh").say("most", { app: "我的 应用" }), "最多的是我的 应用");
});

test("more than nothing is never 0 %, less than all never 100 %", () => {
  const { percent } = makeVoice({}, "en");
  assert.deepEqual([0, 0.001, 0.5, 0.999, 1].map(percent), ["0%", "<1%", "50%", ">99%", "100%"]);
});

test("sentences fill their fields and choose their plural", () => {
  const { say } = makeVoice({ hosts: { one: "{count} host", other: "{count} hosts" } }, "en");
  assert.deepEqual([say("hosts", { count: 1 }), say("hosts", { count: 4 })], ["1 host", "4 hosts"]);
});

test("a span of whole days tells days, a night tells both days", () => {
  const { span } = makeVoice({}, "en");
  const at = (text) => Date.parse(`${text}Z`);
  assert.match(span(at("2026-10-13T00:00"), at("2026-10-14T00:00")), /^Tue,? 13 Oct$/);
  assert.match(span(at("2026-10-13T23:00"), at("2026-10-14T02:00")), /13 Oct, 23:00 – Wed,? 14 Oct, 02:00$/);
});

test("byte planes give back exact integers, negative ones too", () => {
  const index = new TextEncoder().encode('{"columns":[["bytes",2,2,1]]}');
  const raw = new Uint8Array([index.length, 0, 0, 0, ...index, 0x01, 0x58, 0x00, 0x02]);
  assert.deepEqual([...readBlock(raw).columns.bytes], [-1, 300]);
});

test("the period shown is that of the line, or the one all lines share", () => {
  const periods = [{ line: "line-2" }, { line: "line-1" }];
  assert.equal(periodOf({ cube: { periods }, state: { line: "line-1" } }).line, "line-1");
  assert.equal(periodOf({ cube: { periods: [{ line: "" }] }, state: { line: "line-9" } }).line, "");
  assert.equal(periodOf({ cube: {}, state: { line: "line-1" } }), null);
});

test("an allowance ends where its paths reach nothing, and not before today", () => {
  const period = { size: 100, seen: 2, left: [90, 60, 30, 0], low: [90, 60, 0, 0], high: [90, 60, 50, 20] };
  assert.deepEqual(endsOf(period), { early: 2, middle: 3, late: -1 });
  assert.equal(endedOn(period), -1);
  assert.equal(endedOn({ left: [9, 4, 0, 0, 0], seen: 5 }), 2, "the day it ended, not the last one seen");
  const points = pointsOf(period, "left", 400);
  assert.equal(points.length, 4);
  assert.ok(points[0][1] < points[3][1]); // what is left falls
});
