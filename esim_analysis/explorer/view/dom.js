// Elements made by hand: every text is a text node, no name of a stranger becomes markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element; `on…` are listeners, other properties attributes, strings text nodes. */
export function h(tag, properties = {}, ...children) {
  return furnish(document.createElement(tag), properties, children);
}

/** An SVG element, made the same way. */
export function s(tag, properties = {}, ...children) {
  return furnish(document.createElementNS(SVG, tag), properties, children);
}

function furnish(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** Replace what is inside an element, and keep the focus and open details where they were. */
export function refill(element, ...children) {
  const active = element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const open = new Set([...element.querySelectorAll("details[open]")].map(({ dataset }) => dataset.key));
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  for (const details of element.querySelectorAll("details")) {
    if (open.has(details.dataset.key)) details.open = true;
  }
  if (active) element.querySelector(`[data-key="${CSS.escape(active)}"]`)?.focus();
}

/** A table that says the same as a picture, folded away until somebody wants it. */
export function twin(key, title, head, rows) {
  const cells = (row) =>
    row.map((cell, at) =>
      at === 0 ? h("th", { scope: "row" }, h("bdi", {}, cell)) : h("td", { class: "n" }, cell),
    );
  return h(
    "details",
    { class: "twin", "data-key": key },
    h("summary", { "data-key": `${key}-summary` }, title),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": title, "data-key": `${key}-scroll` },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, head.map((cell, at) => h("th", { scope: "col", class: at ? "n" : null }, cell)))),
        h("tbody", {}, rows.map((row) => h("tr", {}, cells(row)))),
      ),
    ),
  );
}

/** A panel with its question as title. */
export function panel(key, title, ...children) {
  return h("section", { class: `panel panel-${key}`, "aria-label": title }, h("h3", {}, title), ...children);
}
