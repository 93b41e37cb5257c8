// One language's way to write sentences, volumes, shares, days and moments.

const LOCALES = { en: "en-GB", es: "es-ES", zh: "zh-CN" };
const SI = [[1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]];
const IEC = [[2 ** 40, "TiB"], [2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"], [1, "B"]];

/** Build the voice of a language; `catalogue` holds its sentences by key. */
export function makeVoice(catalogue, lang, { iec = false } = {}) {
  const locale = LOCALES[lang] ?? lang;
  const plural = new Intl.PluralRules(locale);
  const number = (value, digits = 0) =>
    minus(value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  const date = (options) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
    return (wall) => format.format(wall);
  };
  const weekdayOfDay = date({ weekday: "short", day: "numeric", month: "short" });
  const day = (wall) => weekdayOfDay(wall).replace(",", ""); // "jue 1 oct", as the reports write it
  const shortDay = date({ day: "numeric", month: "short" });
  const clock = date({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const weekday = date({ weekday: "short" });
  const close = lang === "zh" ? closedUp : (before, value, after) => before + value + after;
  const say = (key, values = {}) => fill(choose(catalogue[key], values, plural), values, key, close);
  return {
    lang,
    locale,
    say,
    number,
    day,
    shortDay,
    clock,
    weekday: (index) => weekday(Date.UTC(2024, 0, 1 + index)), // 1 January 2024 was a Monday
    volume: (bytes) => volume(bytes, iec ? IEC : SI, number),
    band: (low, high) => bandOf(volume(low, iec ? IEC : SI, number), volume(high, iec ? IEC : SI, number)),
    bytes: (bytes) => say("bytes", { bytes: number(Math.round(bytes)) }),
    percent: (share) => percent(share, locale),
    money: (amount, currency) =>
      minus(Number(amount).toLocaleString(locale, { style: "currency", currency })),
    list: (items) => items.join(lang === "zh" ? "、" : ", "),
    span: (from, to) => span(from, to, { day, clock }),
  };
}

/** Write bytes in the unit a person would use, as the reports do. */
export function volume(bytes, steps, number) {
  const size = Math.abs(bytes);
  // 999.6 MB would be written "1,000 MB"; it belongs to the next unit.
  const [step, unit] = steps.find(([each]) => size >= each * 0.9995) ?? steps.at(-1);
  const scaled = bytes / step;
  const large = unit[0] === "G" || unit[0] === "T";
  const small = unit === "B" || unit[0] === "k" || unit[0] === "K";
  const digits = large ? (Math.abs(scaled) < 10 ? 2 : 1) : small || Math.abs(scaled) >= 100 ? 0 : 1;
  return `${number(scaled, digits)}\u00a0${unit}`;
}

function bandOf(first, last) {
  if (first === last) return first;
  const [number, unit] = first.split("\u00a0");
  return last.endsWith(`\u00a0${unit}`) ? `${number}–${last}` : `${first}–${last}`;
}

/** Write a minus sign, not a hyphen, which a line may break after. */
function minus(number) {
  return number.replace("-", "−");
}

function percent(share, locale) {
  const write = (value) => value.toLocaleString(locale, { style: "percent" });
  if (share > 0 && share < 0.005) return `<${write(0.01)}`;
  if (share >= 0.995 && share < 1) return `>${write(0.99)}`;
  return write(share);
}

function span(from, to, { day, clock }) {
  const sameDay = Math.floor(from / 86400000) === Math.floor((to - 1) / 86400000);
  const whole = from % 86400000 === 0 && to % 86400000 === 0;
  if (whole) return sameDay ? day(from) : `${day(from)} – ${day(to - 1)}`;
  const last = to % 86400000 === 0 ? "24:00" : clock(to);
  if (sameDay) return `${day(from)}, ${clock(from)}–${last}`;
  return `${day(from)}, ${clock(from)} – ${day(to - 1)}, ${last}`;
}

function choose(entry, values, plural) {
  if (entry === undefined || typeof entry === "string") return entry;
  return entry[plural.select(values.count)] ?? entry.other;
}

function fill(sentence, values, key, close) {
  if (sentence === undefined) return key; // a test walks all keys; a page never falls over one
  return sentence.replace(/(.? ?)\{(\w+)\}( ?(?=(.?)))/gsu, (whole, before, name, after, next) =>
    name in values ? close(before, String(values[name]), after, next) : whole,
  );
}

/** Chinese: what stands in a sentence has spaces about it only if it is Latin. */
function closedUp(before, value, after, next) {
  const first = /[\u4e00-\u9fff）] $/u.test(before) && /^[\u4e00-\u9fff]/u.test(value) ? before.trimEnd() : before;
  const last = after && /[\u4e00-\u9fff）]$/u.test(value) && /^[\u4e00-\u9fff]/u.test(next) ? "" : after;
  return first + value + last;
}
