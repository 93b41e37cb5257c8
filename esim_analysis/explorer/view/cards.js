// Findings as cards; choosing one chooses its app and its hours.

import { h } from "./dom.js";

const OPEN = { wide: 3, narrow: 1 }; // more cards are folded away

/** The findings of a case as cards, the first ones open to the eye. */
export function drawCards(ctx, width) {
  const { findings } = ctx.cube;
  const { say } = ctx.voice;
  if (!findings.length) return [h("p", { class: "quiet" }, say("no_findings"))];
  const cards = findings.map((finding, number) => card(ctx, finding, number));
  const open = width < 640 ? OPEN.narrow : OPEN.wide;
  const more = cards.slice(open);
  return [
    h("h3", { class: "cards-title" }, say("findings_title")),
    h("div", { class: "cards" }, cards.slice(0, open)),
    more.length
      ? h(
          "details",
          { class: "more", "data-key": "more-cards" },
          h("summary", { "data-key": "more-cards-summary" }, say("more_findings", { count: more.length })),
          h("div", { class: "cards" }, more),
        )
      : null,
  ];
}

function card(ctx, finding, number) {
  const { voice, state, cube } = ctx;
  const { say } = voice;
  const told = finding.said[voice.lang] ?? finding.said.en;
  const chosen = state.finding === number;
  const line = cube.lines.length > 1 ? finding.line : "";
  return h(
    "article",
    { class: `card severity-${finding.severity}${chosen ? " chosen" : ""}` },
    h(
      "p",
      { class: "chips" },
      h("span", { class: "chip severity" }, h("span", { class: "mark", "aria-hidden": "true" }), say(`severity_${finding.severity}`)),
      h("span", { class: "chip" }, say(`confidence_${level(finding.confidence)}`)),
      line ? h("span", { class: "chip" }, line) : null,
    ),
    h("h4", {}, h("bdi", {}, told.title)),
    h("p", { class: "amount" }, h("b", { title: voice.bytes(finding.bytes) }, voice.volume(finding.bytes)), band(ctx, finding), cost(ctx, finding)),
    h("p", {}, told.observation),
    told.remedy
      ? h(
          "p",
          { class: "remedy" },
          h("strong", {}, told.remedy),
          told.search_word ? h("small", {}, say("search_word", { word: told.search_word })) : null,
        )
      : null,
    reasons(ctx, told, number),
    h(
      "button",
      {
        type: "button",
        class: "primary",
        "aria-pressed": String(chosen),
        "data-key": `finding-${number}`,
        onclick: () => ctx.act.chooseFinding(chosen ? null : number),
      },
      say(chosen ? "finding_hide" : "finding_show"),
    ),
  );
}

function reasons(ctx, told, number) {
  const parts = ["explanation", "doubts", "breaks", "saving"].filter((part) => told[part]);
  if (!parts.length) return null;
  const { say } = ctx.voice;
  return h(
    "details",
    { "data-key": `why-${number}` },
    h("summary", { "data-key": `why-${number}-summary` }, say("why")),
    h("dl", {}, parts.map((part) => h("div", {}, h("dt", {}, say(part)), h("dd", {}, told[part])))),
  );
}

function band({ voice }, { low, high }) {
  if (low === high) return null;
  return h("small", {}, ` (${voice.band(low, high)})`);
}

function cost({ voice }, finding) {
  if (!finding.cost || !finding.currency) return null;
  return h("span", { class: "cost" }, voice.money(finding.cost, finding.currency));
}

function level(confidence) {
  return confidence >= 0.8 ? "high" : confidence >= 0.5 ? "medium" : "low";
}
