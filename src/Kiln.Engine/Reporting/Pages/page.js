"use strict";

const outcomes = ["UpToDate", "Restored", "Ran", "Skipped", "Failed", "Cancelled"];
const data = JSON.parse(document.getElementById("data").textContent);
const words = data.words;

// Rows of the data, with names for their places.
const groupsOf = graph => graph.groups.map(([name, isTask, needs, counts, reason], place) =>
  ({ place, name, isTask, needs, counts, why: graph.reasons[reason], size: counts.reduce((sum, count) => sum + count, 0), stages: [], critical: false }));
const groups = groupsOf(data);
const stages = data.stages.map(([group, key, outcome, reason, lane, start, seconds, cpu, memory, read, written, attempts, past, pastMemory, pastBytes], place) => ({
  place, group: groups[group], key, outcome, why: data.reasons[reason], lane, start, seconds, cpu, memory, read, written, attempts, past, pastMemory, pastBytes,
  name: key === null ? groups[group].name : `${groups[group].name}[${key}]`, critical: false,
}));
for (const stage of stages) stage.group.stages.push(stage);
for (const place of data.path) stages[place].critical = stages[place].group.critical = true;
const pathSteps = new Set(data.path.slice(1).map((place, i) => `${stages[data.path[i]].group.place} ${stages[place].group.place}`));

// Elements of HTML and SVG. Text is only ever set as text.
function make(space, name, attributes, children) {
  const made = space ? document.createElementNS(space, name) : document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) if (value !== null && value !== false) made.setAttribute(attribute, value === true ? "" : value);
  made.append(...children.filter(child => child !== null));
  return made;
}
const html = (name, attributes = {}, ...children) => make(null, name, attributes, children);
const svg = (name, attributes = {}, ...children) => make("http://www.w3.org/2000/svg", name, attributes, children);
const by = id => document.getElementById(id);

function duration(seconds) {
  if (seconds === null) return "–";
  if (seconds < 0.0005) return "0";
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds), pad = number => String(number).padStart(2, "0");
  return seconds < 3600 ? `${Math.floor(whole / 60)} min ${pad(whole % 60)} s` : `${Math.floor(whole / 3600)} h ${pad(Math.floor(whole / 60) % 60)} min`;
}

function bytes(amount) {
  if (amount === null) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) { amount /= 1024; unit++; }
  return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}

const count = number => number.toLocaleString("en");

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}

// How much more or less than usual, in words; empty where there is nothing to compare with.
function against(now, usual) {
  if (now === null || usual === null || usual === undefined || usual === 0) return "";
  const part = Math.round((now / usual - 1) * 100);
  return part === 0 ? "as usual" : part > 999 ? `${Math.round(now / usual)}× as much` : `${part > 0 ? "+" : "−"}${Math.abs(part)} %`;
}

// A swatch of an outcome's colour; its word always stands beside it.
const swatch = outcome => svg("svg", { width: 10, height: 10, "aria-hidden": "true" }, svg("rect", { class: `key ${outcomes[outcome]}`, width: 10, height: 10, rx: 2 }));

// A table from headings and rows of cells; a cell is text or an element, and the first of a row is its heading.
function table(headings, rows, ids = []) {
  const cell = (content, column) => column === 0
    ? html("th", { scope: "row" }, content)
    : html("td", { class: headings[column].startsWith("#") ? "number" : null }, content);
  return html("table", {},
    html("thead", {}, html("tr", {}, ...headings.map(heading => html("th", { scope: "col", class: heading.startsWith("#") ? "number" : null }, heading.replace("#", ""))))),
    html("tbody", {}, ...rows.map((row, i) => html("tr", ids[i] ? { id: ids[i], tabindex: -1 } : {}, ...row.map(cell)))));
}

// A table inside "details" is made when someone opens it: a page of ten thousand stages opens as quickly as one of ten.
function whenOpened(details, content) {
  const fill = () => {
    const place = details.querySelector("div");
    if (details.open && !place.hasChildNodes()) place.append(content());
  };
  details.addEventListener("toggle", fill);
  fill();
}

function keys(present, extra) {
  return html("ul", { class: "keys" }, ...present.map(outcome => html("li", {}, swatch(outcome), words[outcome])), extra);
}
