// Hosts the phone talked to: only in files whose share level holds them.

import { h, panel } from "./dom.js";
import { hostSums } from "./sums.js";

const SHOWN_HOSTS = 15;

/** The panel; bytes are the phone's own, which are fewer than billed. */
export function drawHosts(ctx) {
  const { voice, line, hours, places, state, names } = ctx;
  if (!line.hostCells) return null;
  const hosts = hostSums(line, hours, places, state);
  const rows = hosts.slice(0, SHOWN_HOSTS).map(({ name, bytes, apps, about }) =>
    h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, name)), h("td", {}, h("bdi", {}, voice.list([...apps].map((app) => names[app])))), h("td", { class: "n", title: about ? "" : voice.bytes(bytes) }, `${about ? "≈ " : ""}${voice.volume(bytes)}`)),
  );
  return panel(
    "hosts",
    voice.say("hosts_title"),
    h("p", { class: "quiet" }, voice.say(hosts.length ? "hosts_about" : "hosts_none"), hosts.some(({ about }) => about) ? ` ${voice.say("hosts_step", { count: line.host_step })}` : ""),
    hosts.length
      ? h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": voice.say("hosts_title"), "data-key": "hosts-scroll" },
          h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, voice.say("host")), h("th", { scope: "col" }, voice.say("app")), h("th", { scope: "col", class: "n" }, voice.say("seen")))), h("tbody", {}, rows)))
      : null,
    line.networks?.date ? h("p", { class: "quiet" }, voice.say(line.networks.source ? "hosts_networks_yours" : "hosts_networks", line.networks)) : null,
    hosts.length > SHOWN_HOSTS ? h("p", { class: "quiet" }, voice.say("hosts_more", { count: hosts.length - SHOWN_HOSTS })) : null,
  );
}
