// The table of stages: what each took, beside the runs before. A stage with partitions is one row, and opens to show those that worked.
const firstRows = 100;
let shownRows = firstRows;

const sum = (list, value) => list.reduce((total, item) => item === null || value(item) === null ? total : (total ?? 0) + value(item), null);
const greatest = (list, value) => list.reduce((most, item) => value(item) === null ? most : Math.max(most ?? 0, value(item)), null);

function spark(past, now) {
  const all = [...past, now], top = Math.max(...all), x = i => 2 + i * 56 / Math.max(1, all.length - 1), y = value => 16 - 14 * (top > 0 ? value / top : 0);
  return svg("svg", { class: "spark", width: 62, height: 18, role: "img", "aria-label": `Times of the last ${past.length} runs and this one: ${all.map(duration).join(", ")}` },
    svg("path", { d: "M" + all.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" L") }), svg("circle", { cx: x(all.length - 1), cy: y(now), r: 2.2 }));
}

// What a stage, or the partitions of one, took: of partitions times and bytes are summed, and compared with what the same ones took before.
function took(list) {
  const known = list.filter(stage => stage.past.length > 0);
  const usual = known.length === 0 ? null : known.reduce((total, stage) => total + median(stage.past), 0);
  const seconds = sum(list, stage => stage.seconds);
  return {
    seconds, usual, comparable: known.length === list.length ? seconds : sum(known, stage => stage.seconds),
    cpu: sum(list, stage => stage.cpu), memory: greatest(list, stage => stage.memory), usualMemory: greatest(list, stage => stage.pastMemory),
    read: sum(list, stage => stage.read), written: sum(list, stage => stage.written), usualBytes: sum(list, stage => stage.pastBytes),
  };
}

function cells(list) {
  const all = took(list);
  const number = (text, beside) => html("td", { class: "number", title: beside ? `against the median of the last runs: ${beside}` : null }, text, beside && beside !== "as usual" ? html("br") : null, beside && beside !== "as usual" ? html("small", {}, beside) : null);
  const [only] = list;
  const compared = list.length === 0 || all.usual === null ? html("td", {}, list.some(stage => stage.outcome === 2) ? "first run" : "")
    : html("td", { class: "outcome" }, list.length === 1 ? spark(only.past, only.seconds) : null, against(all.comparable, all.usual), html("br"), html("small", {}, `median ${duration(all.usual)}`));
  const isAllKnown = all.read !== null && all.written !== null;
  return [number(duration(all.seconds)), compared, number(duration(all.cpu)), number(bytes(all.memory), against(all.memory, all.usualMemory)),
    number(bytes(all.read)), number(bytes(all.written), isAllKnown && all.usualBytes !== null ? against(all.read + all.written, all.usualBytes).replace(/%$/, "% both") : "")];
}

const outcomeCell = (outcome, text) => html("td", { class: "outcome" }, swatch(outcome), text);

function rowsOf(group) {
  const outcome = outcomeOf(group.counts);
  const heading = html("th", { scope: "row" }, group.name);
  const row = html("tr", { id: `stage-${group.place}`, tabindex: -1 }, heading,
    outcomeCell(outcome, group.size === 1 ? words[outcome] : group.counts.map((number, i) => number > 0 ? `${words[i]} ${count(number)}` : "").filter(text => text).join(", ")),
    ...cells(group.stages), html("td", { class: "why" }, group.stages.length > 0 ? group.stages[0].why : group.why));
  if (group.size === 1 || group.stages.length === 0) return [row];
  const button = html("button", { type: "button", class: "parts", "aria-expanded": "false" }, `${count(group.stages.length)} of ${count(group.size)} worked`);
  heading.append(button);
  let parts = null;
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") === "false";
    button.setAttribute("aria-expanded", String(open));
    if (open) row.after(...parts ??= partsOf(group));
    else parts.forEach(part => part.remove());
  });
  return [row];
}

function partsOf(group) {
  const list = [...group.stages].sort((a, b) => b.seconds - a.seconds);
  const rows = list.slice(0, 200).map(stage => html("tr", { class: "part" }, html("th", { scope: "row" }, stage.key), outcomeCell(stage.outcome, words[stage.outcome] + (stage.attempts > 1 ? `, attempt ${stage.attempts}` : "")),
    ...cells([stage]), html("td", { class: "why" }, stage.why)));
  if (list.length > 200) rows.push(html("tr", { class: "part" }, html("td", { colspan: 9 }, `The 200 that took longest, of ${count(list.length)}.`)));
  return rows;
}

const bySeconds = [...groups].sort((a, b) => (sum(b.stages, stage => stage.seconds) ?? -1) - (sum(a.stages, stage => stage.seconds) ?? -1) || a.place - b.place);

function showStages(chosen) {
  const wanted = by("stages-filter").value.trim().toLowerCase();
  const found = bySeconds.filter(group => group.name.toLowerCase().includes(wanted) || group.stages.some(stage => stage.name.toLowerCase().includes(wanted)));
  const rows = found.slice(0, shownRows);
  if (chosen && !rows.includes(chosen)) rows.unshift(chosen);
  const headings = ["Stage", "Outcome", "#Time", "Against the last runs", "#Processor", "#Memory", "#Read", "#Written", "Why"];
  const made = table(headings, []);
  made.tBodies[0].append(...rows.flatMap(rowsOf));
  by("stages-table").replaceChildren(made);
  by("stages-more").hidden = found.length <= shownRows;
  by("stages-more").textContent = `Show all ${count(found.length)}`;
}

// Leads to a stage's row, from a bar or a box; where there is no table of stages, to its row beneath the graph.
function choose(group) {
  if (by("stages-filter") && !by(`stage-${group.place}`)) showStages(group);
  mark(by(`stage-${group.place}`) ?? by(`graph-${group.place}`));
}

function mark(row) {
  document.querySelectorAll("tr.chosen").forEach(other => other.classList.remove("chosen"));
  row.classList.add("chosen");
  row.focus();
}

if (by("stages-filter")) {
  by("stages-filter").addEventListener("input", () => { shownRows = firstRows; showStages(); });
  by("stages-more").addEventListener("click", () => { shownRows = Infinity; showStages(); });
  by("stages-caption").textContent = "What each stage took, longest first, beside the median of up to ten runs before. Processor time and memory are told where a stage ran as a process of its own or alone in Kiln's; elsewhere stands a dash.";
  showStages();
}
if (by("graph-plot")) {
  drawGraph(groups, "graph", choose);
  listGraph();
}
drawGraphs(data.pipelines ?? []);
