// A page without kernel: the blocks stand in the page, the state in its address.

import { render } from "./view.js";

const TEXTS = ["ground", "line", "lang"];

function pageModel(place) {
  const block = (name) => document.querySelector(`script[data-esim="${name}"]`)?.textContent;
  const lines = [];
  for (let number = 0; block(`line-${number}`) !== undefined; number += 1) lines.push(block(`line-${number}`));
  const state = { lang: place.dataset.lang, ...fromAddress(), _head: block("head"), _lines: lines };
  return {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; },
    save_changes: () => toAddress(state, place.dataset.lang),
  };
}

/** `#app=…&from=…&to=…&finding=1`: a link to what one sees. */
function fromAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const state = { apps: asked.getAll("app"), finding: Number(asked.get("finding")) || 0 };
  if (asked.has("from") && asked.has("to")) state.window = [asked.get("from"), asked.get("to")];
  for (const name of TEXTS) if (asked.has(name)) state[name] = asked.get(name);
  return state;
}

function toAddress(state, ownLang) {
  const told = new URLSearchParams();
  if (state.finding) told.set("finding", state.finding);
  for (const app of state.apps) told.append("app", app);
  if (state.window?.length === 2) [["from", 0], ["to", 1]].forEach(([name, end]) => told.set(name, state.window[end]));
  if (state.ground !== "all") told.set("ground", state.ground);
  if (state._lines.length > 1) told.set("line", state.line);
  if (state.lang !== ownLang) told.set("lang", state.lang);
  try {
    history.replaceState(null, "", `#${told}`);
  } catch {
    // A sandboxed frame has no address of its own; the state then lives as long as the page.
  }
}

const place = document.getElementById("esim-view");
if (place && typeof DecompressionStream === "function") {
  place.hidden = false;
  render({ model: pageModel(place), el: place });
}
