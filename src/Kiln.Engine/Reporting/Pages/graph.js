// The graph: partitions are one node, and where there are too many nodes to be read, those of a layer with one outcome are one.
const most = 150, boxHeight = 52, layerGap = 40, boxGap = 24, laneWidth = 16, margin = 8, sweeps = 8;

// What a node is coloured by: the outcome that matters most among its stages.
const weight = [4, 2, 1, 5, 3, 0];
const outcomeOf = counts => weight.find(outcome => counts[outcome] > 0) ?? 0;

function factsOf(counts, size, seconds) {
  const outcome = outcomeOf(counts);
  return [size > 1 ? `${words[outcome]} ${count(counts[outcome])} of ${count(size)}` : words[outcome], ...(seconds > 0 ? [duration(seconds)] : [])].join(" · ");
}

// A node needs only nodes before it, but for edges that go back, which decide no layer.
function layersOf(needs) {
  const layers = [];
  needs.forEach((needed, place) => { layers[place] = Math.max(0, ...needed.filter(need => need < place).map(need => layers[need] + 1)); });
  return layers;
}

function nodesToDraw(groups) {
  if (groups.length <= most)
    return groups.map(group => ({
      name: group.name, needs: group.needs, group, counts: group.counts, size: group.size, critical: group.critical, isTask: group.isTask,
      facts: factsOf(group.counts, group.size, group.stages.reduce((sum, stage) => sum + stage.seconds, 0)),
    }));
  const layers = layersOf(groups.map(group => group.needs));
  const perBand = Math.ceil((Math.max(...layers) + 1) / 40);
  const merged = new Map();
  const keyOf = group => Math.floor(layers[group.place] / perBand) * 10 + outcomeOf(group.counts);
  for (const group of groups) {
    const key = keyOf(group);
    if (!merged.has(key)) merged.set(key, { key, band: Math.floor(key / 10), groups: [], needs: new Set(), counts: [0, 0, 0, 0, 0, 0], size: 0, critical: false });
    const node = merged.get(key);
    node.groups.push(group);
    group.counts.forEach((number, outcome) => { node.counts[outcome] += number; });
    node.size += group.size;
    node.critical ||= group.critical;
    for (const need of group.needs) if (Math.floor(layers[need] / perBand) !== node.band) node.needs.add(keyOf(groups[need]));
  }
  const ordered = [...merged.values()].sort((a, b) => a.key - b.key);
  const placeOf = new Map(ordered.map((node, place) => [node.key, place]));
  return ordered.map(node => ({
    ...node, needs: [...node.needs].map(key => placeOf.get(key)), group: node.groups[0], isTask: false,
    name: node.groups.length === 1 ? node.groups[0].name : `${count(node.groups.length)} stages: ${node.groups[0].name}, …`,
    facts: factsOf(node.counts, node.size, node.groups.flatMap(group => group.stages).reduce((sum, stage) => sum + stage.seconds, 0)),
  }));
}

// A layered drawing (Sugiyama et al. 1981): long edges pass every layer between in a lane of their own, and the order within layers is improved
// by the mean position of neighbours.
function layOut(nodes) {
  const shorten = name => name.length > 34 ? name.slice(0, 33) + "…" : name;
  for (const node of nodes) node.shown = shorten(node.name);
  const width = Math.max(200, 32 + 9 * Math.max(...nodes.map(node => node.shown.length)), 28 + 7 * Math.max(...nodes.map(node => node.facts.length)));
  const layerOf = layersOf(nodes.map(node => node.needs));
  const layers = Array.from({ length: Math.max(...layerOf) + 1 }, () => []);
  const add = (layer, slotWidth) => {
    const slot = { layer, width: slotWidth, neighbours: [], centre: 0, top: margin + layer * (boxHeight + layerGap), isBox: slotWidth === width };
    layers[layer].push(slot);
    return slot;
  };
  const boxes = nodes.map((_, place) => add(layerOf[place], width));
  const edges = nodes.flatMap((node, to) => node.needs.map(from => {
    const [high, low] = layerOf[from] < layerOf[to] ? [from, to] : [to, from];
    const way = [boxes[high]];
    for (let layer = layerOf[high] + 1; layer < layerOf[low]; layer++) way.push(add(layer, laneWidth));
    way.push(boxes[low]);
    way.slice(1).forEach((slot, i) => { slot.neighbours.push(way[i]); way[i].neighbours.push(slot); });
    return { from, to, way, back: from >= to };
  }));
  order(layers);
  const inner = Math.max(...layers.map(layer => layer.reduce((sum, slot) => sum + slot.width + boxGap, -boxGap)));
  for (const layer of layers) {
    let left = margin + (inner - layer.reduce((sum, slot) => sum + slot.width + boxGap, -boxGap)) / 2;
    for (const slot of layer) {
      slot.centre = left + slot.width / 2;
      left += slot.width + boxGap;
    }
  }
  return { boxes, edges, boxWidth: width, width: inner + 2 * margin, height: 2 * margin + layers.length * boxHeight + (layers.length - 1) * layerGap };
}

function order(layers) {
  const number = layer => layer.forEach((slot, place) => { slot.centre = (place + 0.5) / layer.length; });
  const mean = (slot, layer) => {
    const fixed = slot.neighbours.filter(neighbour => neighbour.layer === layer);
    return fixed.length === 0 ? slot.centre : fixed.reduce((sum, neighbour) => sum + neighbour.centre, 0) / fixed.length;
  };
  layers.forEach(number);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0;
    for (let step = 1; step < layers.length; step++) {
      const layer = down ? step : layers.length - 1 - step;
      const means = new Map(layers[layer].map(slot => [slot, mean(slot, down ? layer - 1 : layer + 1)]));
      layers[layer].sort((a, b) => means.get(a) - means.get(b));
      number(layers[layer]);
    }
  }
}

function pathOf(way) {
  const at = (x, y) => `${x.toFixed(1)},${y.toFixed(1)}`;
  let path = `M${at(way[0].centre, way[0].top + boxHeight)}`;
  way.slice(1).forEach((below, i) => {
    const above = way[i], start = above.top + boxHeight, middle = (start + below.top) / 2;
    path += ` C${at(above.centre, middle)} ${at(below.centre, middle)} ${at(below.centre, below.top)}`;
    if (!below.isBox) path += ` L${at(below.centre, below.top + boxHeight)}`;
  });
  return path;
}

function drawNode(node, box, boxWidth) {
  const x = Math.round(box.centre - boxWidth / 2), y = box.top;
  const rectangle = (name, extra) => svg("rect", { class: name, x, y, width: boxWidth, height: boxHeight, rx: 6, ...extra });
  return svg("g", { class: `node ${outcomes[outcomeOf(node.counts)]}${node.critical ? " critical" : ""}`, role: "img", "aria-label": `${node.name}: ${node.facts}${node.critical ? ", on the critical path" : ""}` },
    svg("title", {}, `${node.name}: ${node.facts}`),
    node.size > 1 ? rectangle("behind", { transform: "translate(4 4)" }) : null,
    rectangle("box", { "stroke-dasharray": node.isTask ? "5 3" : null }), rectangle("strip", { width: 5, rx: 2.5 }),
    svg("text", { class: "name", x: x + 14, y: y + 22 }, node.shown), svg("text", { class: "facts", x: x + 14, y: y + 40 }, node.facts));
}

function drawGraph(groups, id, chosen) {
  const nodes = nodesToDraw(groups);
  const layout = layOut(nodes);
  const drawn = nodes.map((node, place) => drawNode(node, layout.boxes[place], layout.boxWidth));
  drawn.forEach((element, place) => {
    element.setAttribute("tabindex", place === 0 ? "0" : "-1");
    element.addEventListener("click", () => chosen(nodes[place].group));
  });
  moveByKeys(drawn, place => chosen(nodes[place].group));
  const isCritical = ({ from, to }) => groups.length <= most ? pathSteps.has(`${from} ${to}`) : nodes[from].critical && nodes[to].critical;
  by(`${id}-plot`).append(svg("svg", { role: "group", "aria-label": "Graph; arrow keys move from stage to stage", width: layout.width, height: layout.height, viewBox: `0 0 ${layout.width} ${layout.height}` },
    svg("defs", {}, svg("marker", { id: `${id}-arrow`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, svg("path", { class: "arrow", d: "M0,0.5 L8,4 L0,7.5 z" }))),
    ...layout.edges.map(edge => svg("path", { class: `edge${isCritical(edge) ? " critical" : ""}${edge.back ? " back" : ""}`, d: pathOf(edge.way), "marker-end": `url(#${id}-arrow)` })),
    ...drawn));
  tellOfWidth(by(`${id}-plot`), by(`${id}-caption`), (groups.length <= most ? "" : `${count(groups.length)} stages are too many to be drawn one by one: those of a layer with one outcome are one box. `)
    + "What a stage needs stands above it. Boxes with a second one behind have partitions; dashed ones are tasks. Enter or a click leads to the stage's row.");
}

// What a caption says, and whether a part of the picture lies beyond the edge of its box, which changes with the window.
function tellOfWidth(plot, caption, text) {
  const tell = () => {
    const isWider = plot.scrollWidth > plot.clientWidth + 1;
    caption.textContent = isWider ? `${text} The graph goes on to the right: scroll it sideways, by the arrow keys where it has the focus.` : text;
  };
  new ResizeObserver(tell).observe(plot);
  tell();
}

function listGraph() {
  whenOpened(by("graph-numbers"), () => table(["Stage", "Outcome", "#Partitions", "Needs"],
    groups.map(group => [group.name, factsOf(group.counts, group.size, 0), group.size, group.needs.map(need => groups[need].name).join(", ")]),
    groups.map(group => `graph-${group.place}`)));
}

// The page of all pipelines: a graph each, whose boxes lead to the rows that have the links.
function drawGraphs(pipelines) {
  pipelines.forEach((pipeline, i) => drawGraph(groupsOf(pipeline), `graph-${i}`, group => {
    const row = by(`graph-${i}-${group.place}`);
    row.closest("details").open = true;
    mark(row);
  }));
}
