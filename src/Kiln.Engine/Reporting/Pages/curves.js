// Curves of two runs over one another, each with its band: the earlier one's line is dashed.
const curveHeight = 260, room = { left: 46, right: 12, top: 6, bottom: 40 };

// Round numbers from the lowest to the highest, about five of them.
function ticksBetween(low, high) {
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(times => times * power).find(candidate => candidate >= rough * 0.999);
  const ticks = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-9; tick += step) ticks.push(Number(tick.toPrecision(12)));
  return ticks;
}

function range(curve, ...places) {
  const values = curve.series.flatMap(series => series.points).flatMap(point => places.map(place => point[place])).filter(value => value !== null);
  const low = Math.min(...values), high = Math.max(...values);
  return low >= 0 && high <= 1 ? [0, 1] : low === high ? [low - 1, high + 1] : [low, high];
}

function drawCurve(plot, curve) {
  const width = Math.max(plot.clientWidth, 200), [lowX, highX] = range(curve, 0), [lowY, highY] = range(curve, 1, 2, 3);
  const x = value => room.left + (value - lowX) / (highX - lowX) * (width - room.left - room.right);
  const y = value => curveHeight - room.bottom - (value - lowY) / (highY - lowY) * (curveHeight - room.bottom - room.top);
  const line = points => "M" + points.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" L");
  const axes = [
    ...ticksBetween(lowX, highX).flatMap(tick => [
      svg("line", { class: "tick", x1: x(tick), x2: x(tick), y1: room.top, y2: curveHeight - room.bottom }),
      svg("text", { class: "label", x: x(tick), y: curveHeight - room.bottom + 16, "text-anchor": "middle" }, count(tick))]),
    ...ticksBetween(lowY, highY).flatMap(tick => [
      svg("line", { class: "tick", x1: room.left, x2: width - room.right, y1: y(tick), y2: y(tick) }),
      svg("text", { class: "label", x: room.left - 6, y: y(tick) + 4, "text-anchor": "end" }, count(tick))]),
    svg("text", { class: "label", x: (room.left + width - room.right) / 2, y: curveHeight - 4, "text-anchor": "middle" }, curve.x),
    svg("text", { class: "label", transform: `translate(11 ${(curveHeight - room.bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, curve.y),
  ];
  const drawn = curve.series.flatMap(({ points }, place) => {
    const banded = points.filter(point => point[2] !== null);
    return [
      banded.length > 1 ? svg("path", { class: `band run${place}`, d: line([...banded.map(point => [point[0], point[3]]), ...banded.reverse().map(point => [point[0], point[2]])]) + "Z" }) : null,
      svg("path", { class: `curve run${place}`, d: line(points) }),
    ].filter(element => element !== null);
  });
  plot.replaceChildren(
    html("ul", { class: "keys" }, ...curve.series.map(({ name }, place) => html("li", {}, svg("svg", { width: 26, height: 10, "aria-hidden": "true" }, svg("path", { class: `curve run${place}`, d: "M0,5 L26,5" })), name))),
    svg("svg", { role: "img", "aria-label": `${curve.heading}: ${curve.y} by ${curve.x}, of both runs`, width: "100%", viewBox: `0 0 ${width} ${curveHeight}` }, ...axes, ...drawn));
}

(data.curves ?? []).forEach((curve, place) => {
  const figure = by(`curve-${place}`), plot = figure.querySelector(".plot");
  let drawnAt = -1;
  new ResizeObserver(() => {
    if (plot.clientWidth !== drawnAt) drawCurve(plot, curve);
    drawnAt = plot.clientWidth;
  }).observe(plot);
  const written = number => number === null ? "–" : number.toLocaleString("en", { maximumFractionDigits: 4 });
  whenOpened(figure.querySelector("details"), () => table(["Run", `#${curve.x}`, `#${curve.y}`, "#From", "#To"], curve.series.flatMap(({ name, points }) => points.map(point => [name, ...point.map(written)]))));
});
