// Rules for the view and the widgets, where no registry is at hand: `node tests/explorer/lint.mjs FILE...`
// Syntax is node's to check (`node --check`); these are the promises of the project.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const FORBIDDEN = [
  [/\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment/, "text of strangers could become markup: use textContent"],
  [/\beval\s*\(|\bnew Function\b|setTimeout\(\s*["'`]/, "no code from text: the policy of the page forbids it"],
  [/\bfetch\s*\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bimport\s*\(/, "nothing leaves the machine"],
  [/\blocalStorage\b|\bsessionStorage\b|\bdocument\.cookie\b/, "nothing is kept in the browser"],
  [/(^|[^=!])==(?!=)|!=(?!=)/, "compare with === and !=="],
  [/^\s*var\s/m, "const or let"],
  [/\bconsole\./, "no talking to the console"],
  [/\bdebugger\b/, "no debugger"],
];

/** The text without comments, so that a rule never trips over prose. */
function code(source) {
  return source.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " ")).replace(/(^|[\s;{}(])\/\/[^\n]*/g, "$1");
}

function exportsOf(path) {
  const found = readFileSync(path, "utf-8").matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm);
  return new Set([...found].map(([, name]) => name));
}

function complaintsOf(path) {
  const text = code(readFileSync(path, "utf-8"));
  const complaints = [];
  for (const [pattern, why] of FORBIDDEN) {
    text.split("\n").forEach((line, at) => { if (pattern.test(line)) complaints.push(`${at + 1}: ${why}`); });
  }
  for (const [whole, names, from] of text.matchAll(/^import \{([^}]*)\} from "(\.\/[a-z]+\.js)";/gm)) {
    const offered = exportsOf(join(dirname(path), from));
    const rest = text.replace(whole, "");
    for (const name of names.split(",").map((each) => each.trim()).filter(Boolean)) {
      if (!offered.has(name)) complaints.push(`${from} does not export ${name}`);
      if (!new RegExp(`\\b${name}\\b`).test(rest)) complaints.push(`${name} is imported and not used`);
    }
  }
  for (const [, name] of text.matchAll(/^(?:async )?function (\w+)|^const (\w+) =/gm)) {
    if (name && text.match(new RegExp(`\\b${name}\\b`, "g")).length < 2) complaints.push(`${name} is never used`);
  }
  const checked = spawnSync(process.execPath, ["--input-type=module", "--check"], { input: readFileSync(path) });
  if (checked.status !== 0) complaints.push(String(checked.stderr).split("\n").slice(0, 6).join(" "));
  return complaints.map((each) => `${basename(path)}:${each}`);
}

const found = process.argv.slice(2).flatMap(complaintsOf);
for (const complaint of found) process.stdout.write(`${complaint}\n`);
process.exit(found.length ? 1 : 0);
