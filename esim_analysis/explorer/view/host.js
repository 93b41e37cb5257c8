// A page without kernel: the blocks stand in the page, the state in its address.

import { render } from "./view.js";

const TEXTS = ["ground", "line", "lang"];

function pageModel(place, speak) {
  const own = place.dataset.lang;
  const block = (name) => document.querySelector(`script[data-esim="${name}"]`)?.textContent;
  const lines = [];
  for (let number = 0; block(`line-${number}`) !== undefined; number += 1) lines.push(block(`line-${number}`));
  const told = document.querySelector("[data-told]") !== null;
  const state = { ...fromAddress(own), _head: block("head"), _lines: lines, _told: told, _tools: document.getElementById("esim-tools") };
  const followers = new Set();
  window.addEventListener("hashchange", () => {
    if (!asksForState()) return;
    Object.assign(state, fromAddress(own));
    followers.forEach((follow) => follow());
    speak(state.lang);
  });
  return {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; },
    on: (_name, follow) => followers.add(follow),
    save_changes: () => {
      toAddress(state, own);
      speak(state.lang);
    },
  };
}

/** `#app=…&from=…&to=…&finding=1`: a link to what one sees. */
function fromAddress(own) {
  const asked = new URLSearchParams(location.hash.slice(1));
  const window = asked.has("from") && asked.has("to") ? [asked.get("from"), asked.get("to")] : [];
  const state = { lang: own, ground: "all", line: "", window, apps: asked.getAll("app"), finding: Number(asked.get("finding")) || 0 };
  for (const name of TEXTS) if (asked.has(name)) state[name] = asked.get(name);
  return state;
}

/** An address may also name a place on the page. */
function asksForState() {
  return location.hash === "" || location.hash.includes("=");
}

function toAddress(state, own) {
  const told = new URLSearchParams();
  if (state.finding) told.set("finding", state.finding);
  for (const app of state.apps) told.append("app", app);
  if (state.window?.length === 2) [["from", 0], ["to", 1]].forEach(([name, end]) => told.set(name, state.window[end]));
  if (state.ground !== "all") told.set("ground", state.ground);
  if (state._lines.length > 1) told.set("line", state.line);
  if (state.lang !== own) told.set("lang", state.lang);
  try {
    history.replaceState(null, "", `#${told}`);
  } catch {
    // A sandboxed frame has no address of its own; the state then lives as long as the page.
  }
}

/** What stands around the view, in every language the page holds: returns the switch. */
function makeSpeaker(own) {
  const parts = new Map([[own, [...document.querySelectorAll("[data-told]")]]]);
  for (const { dataset, content } of document.querySelectorAll("template[data-lang]")) {
    parts.set(dataset.lang, [...content.querySelectorAll("[data-told]")]);
  }
  for (const part of [...parts.values()].flat()) {
    for (const told of part.querySelectorAll("details.everything")) told.open = false;
  }
  let now = own;
  return (lang) => {
    if (lang === now || !parts.get(lang)?.length) return;
    parts.get(now).forEach((part, at) => part.replaceWith(parts.get(lang)[at]));
    now = lang;
    document.documentElement.lang = parts.get(lang)[0].lang;
    document.title = parts.get(lang)[0].dataset.title;
  };
}

async function start(place) {
  place.hidden = false;
  const tools = document.getElementById("esim-tools");
  if (tools) tools.hidden = false;
  document.body.classList.add("live");
  const speak = makeSpeaker(place.dataset.lang);
  const model = pageModel(place, speak);
  const asked = location.hash.includes("=");
  await render({ model, el: place });
  speak(model.get("lang"));
  if (asked) place.querySelector(".region-when").scrollIntoView();
}

const place = document.getElementById("esim-view");
if (place && typeof DecompressionStream === "function") start(place);
