// Files on their way to the kernel: in pieces small enough for any Jupyter, one after the other.

const PIECE = 4 * 1024 * 1024;

function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Every file below a dropped entry, folders included. */
async function filesBelow(entry) {
  if (entry.isFile) return [await new Promise((take, fail) => entry.file(take, fail))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((take, fail) => reader.readEntries(take, fail));
    if (!some.length) break;
    for (const each of some) found.push(...(await filesBelow(each)));
  }
  return found;
}

/** Send one file; the kernel answers each piece, so that no queue grows. */
async function send(model, file, answered, progress) {
  const pieces = Math.max(1, Math.ceil(file.size / PIECE));
  for (let at = 0; at < pieces; at += 1) {
    const piece = await file.slice(at * PIECE, (at + 1) * PIECE).arrayBuffer();
    const answer = answered();
    model.send({ name: file.name, first: at === 0, last: at === pieces - 1 }, undefined, [new DataView(piece)]);
    await answer;
    progress((at + 1) / pieces);
  }
}

function render({ model, el }) {
  const words = model.get("_words");
  const waiting = [];
  model.on("msg:custom", () => waiting.shift()?.());
  const answered = () => new Promise((take) => waiting.push(take));
  const bar = h("progress", { max: 1, value: 0, hidden: "", "aria-label": words.sending });
  let queue = Promise.resolve();
  const take = (files) => {
    queue = queue.then(async () => {
      bar.hidden = false;
      for (const file of files) await send(model, file, answered, (share) => { bar.value = share; });
      model.send({ done: true });
      bar.hidden = true;
    });
  };
  const picker = (label, properties) => {
    const input = h("input", { type: "file", multiple: "", hidden: "", onchange: () => take([...input.files]), ...properties });
    return [h("button", { type: "button", onclick: () => input.click() }, label), input];
  };
  const text = h("textarea", { rows: 3, "aria-label": words.paste, placeholder: words.paste_hint });
  const paste = () => {
    if (!text.value.trim()) return;
    take([new File([text.value], "pasted.txt")]);
    text.value = "";
  };
  const dropped = async (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = entries.length ? (await Promise.all(entries.map(filesBelow))).flat() : [...event.dataTransfer.files];
    take(files);
  };
  const zone = h(
    "div",
    { class: "zone", ondragover: (event) => { event.preventDefault(); zone.classList.add("over"); }, ondragleave: () => zone.classList.remove("over"), ondrop: dropped },
    h("p", {}, words.drop),
    h("p", { class: "pickers" }, ...picker(words.choose_files, {}), ...picker(words.choose_folder, { webkitdirectory: "" })),
    bar,
  );
  const cards = h("div", { class: "files", "aria-live": "polite" });
  const draw = () => {
    cards.replaceChildren(...model.get("cards").map(({ name, told, good }) =>
      h("div", { class: good ? "file" : "file odd" }, h("strong", {}, h("bdi", {}, name)), h("span", {}, told))));
  };
  model.on("change:cards", draw);
  draw();
  el.classList.add("esim-drop");
  el.append(zone, h("details", {}, h("summary", {}, words.paste), text, h("button", { type: "button", onclick: paste }, words.take)), cards);
}

export default { render };
