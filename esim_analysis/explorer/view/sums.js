// Everything a view shows is a sum over cells: by app, ground, status, hour, weekday.

/** A mask over places (hours, then days): what of the cube lies in the selected time. */
export function placesIn(hours, ranges) {
  const mask = new Uint8Array(hours.count + hours.days);
  for (const [first, last] of ranges) mask.fill(1, first, last);
  for (let day = 0; day < hours.days; day += 1) {
    let whole = 1;
    for (let hour = hours.begins[day]; hour < hours.begins[day + 1]; hour += 1) whole &= mask[hour];
    mask[hours.count + day] = whole;
  }
  return mask;
}

/**
 * Sum a line's cells for a selection. Each dimension is summed without its own
 * filter, so that what is not chosen stays there to be chosen.
 */
export function sumUp(line, places, { apps, ground }, appCount) {
  const { cells } = line;
  const byApp = Array.from({ length: appCount }, () => [0, 0, 0, 0, 0]);
  const byGround = [0, 0, 0];
  let [total, window] = [0, 0];
  for (let at = 0; at < cells.count; at += 1) {
    if (!places[cells.pos[at]]) continue;
    const bytes = cells.bytes[at];
    const inApps = !apps.size || apps.has(cells.app[at]);
    const inGround = ground === null || ground === cells.ground[at];
    window += bytes;
    if (inGround) byApp[cells.app[at]][cells.status[at]] += bytes;
    if (inApps) byGround[cells.ground[at]] += bytes;
    if (inApps && inGround) total += bytes;
  }
  return { byApp, byGround, total, window };
}

/** Bytes of the selected time by app, whatever apps and ground are chosen. */
export function billedByApp(line, places, appCount) {
  return sumUp(line, places, { apps: new Set(), ground: null }, appCount).byApp.map(sum);
}

/** Steps of a stretch of time: hours joined so that a bar stays wide enough to see. */
export function makeBins(hours, from, to, most) {
  const step = [1, 2, 3, 6, 12, 24].find((each) => (to - from) / each <= most) ?? 24;
  const bins = [];
  for (let hour = from; hour < to; hour += 1) {
    const inDay = hour - hours.begins[hours.day[hour]];
    const last = bins.at(-1);
    if (!last || last.day !== hours.day[hour] || Math.floor(inDay / step) !== last.part) {
      bins.push({ from: hour, to: hour + 1, day: hours.day[hour], part: Math.floor(inDay / step) });
    } else last.to = hour + 1;
  }
  return { step, bins };
}

/**
 * Bytes by bin, app and status. Cells known by day only are whole in a bin of one
 * day; in shorter bins their even share is kept apart as `average`.
 */
export function series(line, hours, detail, { bins }, { apps, ground }) {
  const binOf = new Int32Array(hours.count).fill(-1);
  bins.forEach((bin, number) => binOf.fill(number, bin.from, bin.to));
  const stacks = bins.map(() => ({ byApp: new Map(), average: 0, total: 0 }));
  const { cells } = line;
  for (let at = 0; at < cells.count; at += 1) {
    if (apps.size && !apps.has(cells.app[at])) continue;
    if (ground !== null && ground !== cells.ground[at]) continue;
    const pos = cells.pos[at];
    if (pos < hours.count) {
      if (binOf[pos] >= 0) addTo(stacks[binOf[pos]], cells, at);
    } else spreadDay(stacks, bins, binOf, hours, detail, cells, at);
  }
  return stacks;
}

function addTo(stack, cells, at) {
  const statuses = stack.byApp.get(cells.app[at]) ?? [0, 0, 0, 0, 0];
  statuses[cells.status[at]] += cells.bytes[at];
  stack.byApp.set(cells.app[at], statuses);
  stack.total += cells.bytes[at];
}

function spreadDay(stacks, bins, binOf, hours, detail, cells, at) {
  const day = cells.pos[at] - hours.count;
  const [first, last] = [hours.begins[day], hours.begins[day + 1]];
  const bin = binOf[first];
  if (bin >= 0 && bins[bin].from === first && bins[bin].to === last) {
    addTo(stacks[bin], cells, at);
    return;
  }
  const rest = [];
  for (let hour = first; hour < last; hour += 1) if (!detail[hour]) rest.push(hour);
  for (const hour of rest) {
    if (binOf[hour] >= 0) stacks[binOf[hour]].average += cells.bytes[at] / rest.length;
  }
}

/** Bytes by weekday and hour of the wall clock; `known` marks hours that are told apart. */
export function weekSums(line, hours, detail, places, { apps, ground }, weekdayOf) {
  const sums = Array.from({ length: 7 }, () => new Array(24).fill(0));
  const known = Array.from({ length: 7 }, () => new Array(24).fill(false));
  for (let hour = 0; hour < hours.count; hour += 1) {
    if (places[hour] && detail[hour]) known[weekdayOf(hours, hours.day[hour])][Math.floor(hours.wall[hour] / 60)] = true;
  }
  const { cells } = line;
  let byDayOnly = 0;
  for (let at = 0; at < cells.count; at += 1) {
    const pos = cells.pos[at];
    if (!places[pos] || (apps.size && !apps.has(cells.app[at]))) continue;
    if (ground !== null && ground !== cells.ground[at]) continue;
    if (pos >= hours.count) byDayOnly += cells.bytes[at];
    else sums[weekdayOf(hours, hours.day[pos])][Math.floor(hours.wall[pos] / 60)] += cells.bytes[at];
  }
  return { sums, known, byDayOnly };
}

/** Phone bytes by host in a mask of hours; `about` where a step reaches over its edges. */
export function hostSums(line, hours, places, { apps }) {
  const step = line.host_step;
  const sums = line.hosts.map((name) => ({ name, bytes: 0, apps: new Set(), about: false }));
  for (const { host, app, total, slots } of line.hostCells) {
    if (apps.size && !apps.has(app)) continue;
    let [bytes, all] = [0, true];
    for (const [slot, share] of slots) {
      let inside = 0;
      const last = Math.min((slot + 1) * step, hours.count);
      for (let hour = slot * step; hour < last; hour += 1) inside += places[hour];
      bytes += (share * inside) / (last - slot * step);
      if (inside < last - slot * step) all = false;
    }
    if (bytes <= 0) continue;
    sums[host].bytes += all ? total : bytes;
    sums[host].about ||= !all;
    sums[host].apps.add(app);
  }
  return sums.filter(({ bytes }) => bytes > 0).sort((one, other) => other.bytes - one.bytes);
}

/** Sum of numbers. */
export function sum(values) {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
