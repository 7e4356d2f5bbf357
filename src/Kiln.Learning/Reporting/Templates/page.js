"use strict";

// Colours are CSS variables, so pictures follow the page from light to dark and onto paper without being drawn again.
const chartConfig = {
  background: "transparent",
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    labelColor: "var(--muted)", titleColor: "var(--muted)", titleFontWeight: "normal", labelFontSize: 12, titleFontSize: 12,
    gridColor: "var(--line)", domainColor: "var(--line)", tickColor: "var(--line)", titlePadding: 8, labelPadding: 5, labelLimit: 130, labelFlush: false,
  },
  legend: { labelColor: "var(--ink)", titleColor: "var(--muted)", labelFontSize: 12, symbolStrokeWidth: 2.5, orient: "top", title: null },
  line: { strokeWidth: 2, color: "var(--one)" },
  bar: { color: "var(--one)" },
  point: { filled: true, size: 80, opacity: 1, color: "var(--two)" },
  rule: { color: "var(--muted)", strokeDash: [4, 4] },
  tick: { color: "var(--ink)", thickness: 2 },
  range: { category: ["var(--one)", "var(--two)", "var(--three)", "var(--Restored)", "var(--Cancelled)", "var(--muted)"] },
};

// When the last picture is drawn, a mark says so.
function drawCharts() {
  const drawn = [...document.querySelectorAll("[data-chart]")].map(plot => {
    const specification = JSON.parse(document.getElementById(plot.dataset.chart).textContent);
    // ast: expressions are interpreted, never compiled, so the page's policy needs no unsafe-eval.
    const options = { renderer: "svg", actions: false, ast: true, defaultStyle: false, config: chartConfig, tooltip: { disableDefaultStyle: true } };
    return vegaEmbed(plot, specification, options).catch(error => {
      plot.textContent = "The picture could not be drawn: " + error.message;
      console.error(error);
    });
  });
  Promise.all(drawn).then(() => performance.mark("drawn"));
}

function ratio(part, whole) {
  return whole === 0 ? 0 : part / whole;
}

// The outcome at one threshold, by the names of the cells that show it.
function outcome([threshold, tp, fp], rows, positives) {
  const fn = positives - tp, tn = rows - positives - fp;
  const norm = Math.sqrt((tp + fp) * (tp + fn)) * Math.sqrt((tn + fp) * (tn + fn));
  return {
    counts: { tp, fp, fn, tn, alerts: tp + fp },
    measures: {
      precision: ratio(tp, tp + fp), recall: ratio(tp, positives), f1: ratio(2 * tp, 2 * tp + fp + fn), mcc: ratio(tp * tn - fp * fn, norm),
    },
    threshold,
  };
}

function followSlider() {
  const slider = document.getElementById("threshold-slider");
  if (!slider) return;
  const steps = JSON.parse(document.getElementById("thresholds").textContent);
  const show = (cell, text) => { document.querySelector(`[data-cell="${cell}"]`).textContent = text; };
  const update = () => {
    const at = outcome(steps[slider.value], Number(slider.dataset.rows), Number(slider.dataset.positives));
    const threshold = at.threshold.toLocaleString("en", { maximumFractionDigits: 6 });
    show("threshold", threshold);
    for (const [cell, value] of Object.entries(at.counts)) show(cell, value.toLocaleString("en"));
    for (const [cell, value] of Object.entries(at.measures)) show(cell, value.toFixed(4));
    slider.setAttribute("aria-valuetext", `threshold ${threshold}, ${at.counts.alerts.toLocaleString("en")} alerts`);
  };
  slider.addEventListener("input", update);
  document.getElementById("threshold-reset").addEventListener("click", () => {
    slider.value = slider.defaultValue;
    update();
  });
  update();
}

followSlider();
drawCharts();
