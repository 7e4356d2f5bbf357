// The timeline: a lane for each stage that worked at once, a bar for each stage. Bars too narrow to be told apart are drawn as one.
const laneHeight = 24, axisHeight = 24, narrowest = 2;

function barsOf(scale) {
  const bars = [];
  const last = [];
  for (const stage of stages.filter(stage => stage.lane >= 0).sort((a, b) => a.start - b.start)) {
    const from = stage.start * scale, to = Math.max(from + narrowest, (stage.start + stage.seconds) * scale);
    const before = last[stage.lane];
    const joins = before && to - from <= narrowest && before.to - before.from <= 3 * narrowest && from - before.to < 1 && before.outcome === stage.outcome;
    if (joins) {
      before.to = to;
      before.stages.push(stage);
      before.critical ||= stage.critical;
    } else bars.push(last[stage.lane] = { from, to, lane: stage.lane, outcome: stage.outcome, critical: stage.critical, stages: [stage] });
  }
  return bars;
}

function told(bar) {
  const [first] = bar.stages;
  if (bar.stages.length > 1) {
    const sum = bar.stages.reduce((seconds, stage) => seconds + stage.seconds, 0);
    return `${count(bar.stages.length)} stages from ${first.name} to ${bar.stages.at(-1).name}: ${words[bar.outcome]}, ${duration(sum)} together from ${duration(first.start)}`;
  }
  const facts = [words[first.outcome], `${duration(first.seconds)} from ${duration(first.start)}`, `lane ${first.lane + 1}`];
  if (first.cpu !== null) facts.push(`${duration(first.cpu)} of processor`);
  if (first.memory !== null) facts.push(bytes(first.memory));
  if (first.critical) facts.push("on the critical path");
  return `${first.name}: ${facts.join(", ")}${first.why ? `. ${first.why}` : ""}`;
}

function axis(width, height, scale) {
  const rough = data.seconds / Math.max(2, width / 110), power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(times => times * power).find(candidate => candidate >= rough);
  const ticks = [];
  for (let i = 0; i * step <= data.seconds; i++) {
    const x = i * step * scale;
    ticks.push(svg("line", { class: "tick", x1: x, x2: x, y1: 0, y2: height }));
    const isLast = x > width - 60;
    ticks.push(svg("text", { class: "label", x: isLast ? x - 3 : x + 3, y: height + 16, "text-anchor": isLast ? "end" : "start" }, i === 0 ? "0" : duration(i * step)));
  }
  return ticks;
}

function drawTimeline() {
  const plot = by("timeline-plot");
  if (data.lanes === 0) {
    plot.replaceChildren("No stage worked in this run.");
    return;
  }
  const width = Math.max(plot.clientWidth, 200), scale = (width - 4) / Math.max(data.seconds, 1e-6), height = data.lanes * laneHeight;
  const bars = barsOf(scale);
  const show = bar => { by("timeline-told").textContent = told(bar); };
  const drawn = bars.map((bar, i) => {
    const rectangle = svg("rect", {
      class: `bar ${outcomes[bar.outcome]}${bar.critical ? " critical" : ""}`, role: "img", "aria-label": told(bar), tabindex: i === 0 ? 0 : -1,
      x: bar.from, y: bar.lane * laneHeight + 3, width: bar.to - bar.from, height: laneHeight - 6, rx: Math.min(3, (bar.to - bar.from) / 2),
    });
    rectangle.addEventListener("pointerenter", () => show(bar));
    rectangle.addEventListener("focus", () => show(bar));
    rectangle.addEventListener("click", () => choose(bar.stages[0].group));
    return rectangle;
  });
  moveByKeys(drawn, i => choose(bars[i].stages[0].group));
  const names = bars.filter(bar => bar.stages.length === 1 && bar.to - bar.from > 7 * bar.stages[0].name.length + 10)
    .map(bar => svg("text", { class: "inbar", "aria-hidden": "true", x: bar.from + 6, y: bar.lane * laneHeight + 16 }, bar.stages[0].name));
  const lanes = Array.from({ length: data.lanes }, (_, lane) => svg("rect", { class: "lane", x: 0, y: lane * laneHeight + 1, width, height: laneHeight - 2 }));
  plot.replaceChildren(
    keys([...new Set(bars.map(bar => bar.outcome))].sort(), html("li", {}, svg("svg", { width: 10, height: 10, "aria-hidden": "true" }, svg("rect", { class: "key critical", x: 1, y: 1, width: 8, height: 8 })), "critical path")),
    svg("svg", { role: "group", "aria-label": "Timeline of the run; arrow keys move from bar to bar", width: "100%", viewBox: `0 0 ${width} ${height + axisHeight}` }, ...lanes, ...axis(width, height, scale), ...drawn, ...names));
}

// One stop for the tabulator, arrows from one to the next, Enter for the stage's row.
function moveByKeys(drawn, enter) {
  drawn.forEach((element, i) => element.addEventListener("keydown", event => {
    const to = { ArrowRight: i + 1, ArrowDown: i + 1, ArrowLeft: i - 1, ArrowUp: i - 1, Home: 0, End: drawn.length - 1 }[event.key];
    if (event.key === "Enter") enter(i);
    else if (drawn[to]) {
      element.setAttribute("tabindex", "-1");
      drawn[to].setAttribute("tabindex", "0");
      drawn[to].focus();
    } else return;
    event.preventDefault();
  }));
}

function describePath() {
  const path = data.path.map(place => stages[place]);
  const seconds = path.reduce((sum, stage) => sum + stage.seconds, 0);
  by("path-share").textContent = path.length === 0 ? "No stage worked in this run."
    : `${count(path.length)} stage${path.length > 1 ? "s" : ""} one after another took ${duration(seconds)}, ${Math.round(100 * seconds / data.seconds)} % of the run. With any number of cores the run takes at least that long.`;
  if (path.length === 0) return;
  const shown = [...path].sort((a, b) => b.seconds - a.seconds).slice(0, 100);
  by("path-table").append(table(["Stage", "Outcome", "#Time", "#Share of the run"],
    path.filter(stage => shown.includes(stage)).map(stage => [stage.name, words[stage.outcome], duration(stage.seconds), `${(100 * stage.seconds / data.seconds).toFixed(1)} %`])));
  if (path.length > shown.length) by("path-table").append(html("p", {}, `The ${shown.length} longest of ${count(path.length)}.`));
}

if (by("timeline")) {
  drawTimeline();
  let drawnAt = by("timeline-plot").clientWidth;
  new ResizeObserver(() => {
    if (by("timeline-plot").clientWidth !== drawnAt) drawTimeline();
    drawnAt = by("timeline-plot").clientWidth;
  }).observe(by("timeline-plot"));
  const worked = stages.filter(stage => stage.lane >= 0).length;
  by("timeline-caption").textContent = `A lane for each stage at work at once, in seconds since the run began. ${count(worked)} stage${worked === 1 ? "" : "s"} worked; what is not shown did not.`;
  whenOpened(by("timeline-numbers"), () => table(["Stage", "Outcome", "#Lane", "#From", "#To"],
    stages.filter(stage => stage.lane >= 0).sort((a, b) => a.start - b.start).map(stage => [stage.name, words[stage.outcome], stage.lane + 1, duration(stage.start), duration(stage.start + stage.seconds)])));
  describePath();
}
