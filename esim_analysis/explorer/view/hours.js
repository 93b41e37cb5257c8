// The clock of the case: hours counted from local midnights, windows snapped to them.

const DAY_MS = 86400000;

/** Build the axis: for each hour its start (s), its day, and what the wall clock shows (min). */
export function makeHours(axis) {
  const { midnights, walls, zone } = axis;
  const days = Math.max(0, midnights.length - 1);
  const firstDay = days ? Date.parse(`${axis.first}T00:00Z`) : 0;
  const start = [];
  const day = [];
  const wall = [];
  const begins = [];
  for (let number = 0; number < days; number += 1) {
    begins.push(start.length);
    const length = Math.ceil((midnights[number + 1] - midnights[number]) / 3600);
    for (let hour = 0; hour < length; hour += 1) {
      start.push(midnights[number] + hour * 3600);
      day.push(number);
      wall.push(walls[number] ? walls[number][hour] : hour * 60);
    }
  }
  begins.push(start.length);
  return { zone, days, firstDay, start, day, wall, begins, count: start.length, end: midnights.at(-1) };
}

/** The instant (s, UTC) at which an hour begins; the hour after the last is the end. */
export function instantOf(hours, hour) {
  return hour < hours.count ? hours.start[hour] : hours.end;
}

/** Wall clock at a boundary of hours, as milliseconds of a clock without zones. */
export function wallOf(hours, hour) {
  if (hour >= hours.count) return hours.firstDay + hours.days * DAY_MS;
  return hours.firstDay + hours.day[hour] * DAY_MS + hours.wall[hour] * 60000;
}

/** Wall clock at any instant (s) inside the axis. */
export function wallAt(hours, seconds) {
  const hour = hourAt(hours, seconds);
  return wallOf(hours, hour) + (seconds - instantOf(hours, hour)) * 1000;
}

/** The hour that holds an instant, held inside the axis. */
export function hourAt(hours, seconds) {
  let low = 0;
  let high = Math.max(0, hours.count - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (hours.start[middle] <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** `2026-10-13T02:00`: what a datetime-local field shows at a boundary of hours. */
export function fieldText(hours, hour) {
  return new Date(wallOf(hours, hour)).toISOString().slice(0, 16);
}

/** `2026-10-13T02:00+02:00`: a boundary of hours for machines. */
export function isoText(hours, hour) {
  const minutes = offsetAt(hours, hour);
  const sign = minutes < 0 ? "-" : "+";
  const away = Math.abs(minutes);
  const two = (number) => String(number).padStart(2, "0");
  return `${fieldText(hours, hour)}${sign}${two(Math.floor(away / 60))}:${two(away % 60)}`;
}

/** Minutes the wall clock is ahead of UTC at a boundary of hours. */
export function offsetAt(hours, hour) {
  const known = Math.min(hour, hours.count - 1);
  return Math.round((wallOf(hours, known) / 1000 - instantOf(hours, known)) / 60);
}

/** Read a boundary from text, with offset or as wall clock; null for what is no time. */
export function boundaryOf(hours, text, { up = false } = {}) {
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const moment = Date.parse(zoned ? text : `${text}Z`);
  if (Number.isNaN(moment) || !hours.count) return null;
  const at = (hour) => (zoned ? instantOf(hours, hour) * 1000 : wallOf(hours, hour));
  for (let hour = 0; hour <= hours.count; hour += 1) {
    if (at(hour) === moment) return hour;
    if (at(hour) > moment) return up ? hour : Math.max(0, hour - 1);
  }
  return hours.count;
}

/**
 * Widen a range so that its sums are exact. Hours outside `detail` are known by
 * day only: a range that would take a part of them takes the whole day.
 */
export function snap(hours, detail, from, to) {
  let [first, last] = [Math.max(0, Math.min(from, hours.count - 1)), Math.min(to, hours.count)];
  if (last <= first) last = first + 1;
  [first, last] = wholeDay(hours, detail, hours.day[first], first, last);
  return wholeDay(hours, detail, hours.day[last - 1], first, last);
}

function wholeDay(hours, detail, day, first, last) {
  let [inside, outside] = [0, 0];
  for (let hour = hours.begins[day]; hour < hours.begins[day + 1]; hour += 1) {
    if (detail[hour]) continue;
    if (hour >= first && hour < last) inside += 1;
    else outside += 1;
  }
  if (!inside || !outside) return [first, last];
  return [Math.min(first, hours.begins[day]), Math.max(last, hours.begins[day + 1])];
}

/** A mask over hours from half-open ranges. */
export function maskOf(hours, ranges) {
  const mask = new Uint8Array(hours.count);
  for (const [first, last] of ranges) mask.fill(1, first, last);
  return mask;
}

/** Weekday of a day, 0 for Monday. */
export function weekdayOf(hours, day) {
  return (new Date(hours.firstDay + day * DAY_MS).getUTCDay() + 6) % 7;
}
