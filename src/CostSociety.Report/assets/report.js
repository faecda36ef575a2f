"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = [];

  const number = v => v == null ? "–" : v === 0 ? "0"
    : Math.abs(v) >= 1e-3 && Math.abs(v) < 1e6 ? String(Number(v.toPrecision(4))) : v.toExponential(2);

  const tick = v => v == null ? "" : v !== 0 && (Math.abs(v) < 1e-3 || Math.abs(v) >= 1e5)
    ? v.toExponential(0).replace("e+", "e") : String(Number(v.toPrecision(6)));

  // Bands behind the curves.
  const bands = u => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    data.stages.forEach((stage, i) => {
      const left = u.valToPos(stage.first, "x", true);
      const right = u.valToPos(stage.last + 1, "x", true);
      ctx.fillStyle = colour("--band" + i % 6);
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
    });
    ctx.restore();
  };

  // Names of the stages and lines where one ends and the next begins, above the grid.
  const names = u => {
    data.stages.forEach((stage, i) => {
      const left = u.valToPos(stage.first, "x", true);
      if (i > 0 && left >= u.bbox.left && left <= u.bbox.left + u.bbox.width) {
        u.ctx.fillStyle = colour("--soft");
        u.ctx.fillRect(Math.round(left), u.bbox.top, devicePixelRatio, u.bbox.height);
      }
      label(u, stage.name, left, u.valToPos(stage.last + 1, "x", true));
    });
    exchanges(u);
  };

  // Dashed lines where costs were exchanged.
  const exchanges = u => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.strokeStyle = colour("--soft");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    for (const step of data.exchanges) {
      const x = u.valToPos(step, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width)
        continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  };

  const label = (u, text, left, right) => {
    const { ctx, bbox } = u;
    ctx.font = 11 * devicePixelRatio + "px system-ui, sans-serif";
    const from = Math.max(left, bbox.left) + 5 * devicePixelRatio;
    if (from + ctx.measureText(text).width > Math.min(right, bbox.left + bbox.width))
      return;
    ctx.save();
    ctx.fillStyle = colour("--soft");
    ctx.textAlign = "left";
    ctx.textBaseline = "top";
    ctx.fillText(text, from, bbox.top + 5 * devicePixelRatio);
    ctx.restore();
  };

  const axis = extra => ({
    stroke: colour("--soft"), font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif",
    grid: { stroke: colour("--grid"), width: 1 }, ticks: { stroke: colour("--grid"), width: 1, size: 5 }, ...extra,
  });

  const ink = (line, i) => colour("--line" + (line.colour ?? i) % 6);

  const banded = chart => chart.lines.map((line, i) => ({ line, i })).filter(({ line }) => line.low);

  // The lines, then two invisible ones for each line that has a band.
  const series = chart => [
    ...chart.lines.map((line, i) => ({
      label: line.label, stroke: ink(line, i), width: 1.8, spanGaps: true, points: { show: chart.steps.length < 40, size: 5 },
      dash: line.dashed ? [5, 4] : undefined, value: (_, v) => number(v),
    })),
    ...banded(chart).flatMap(() => [edge(), edge()]),
  ];

  const edge = () => ({ class: "edge", spanGaps: true, points: { show: false } });

  // Where the edges of the k-th band stand among the series: high, then low.
  const edges = (chart, k) => [1 + chart.lines.length + 2 * k, 2 + chart.lines.length + 2 * k];

  const fills = chart => banded(chart).map(({ line, i }, k) => ({ series: edges(chart, k), fill: ink(line, i) + "33" }));

  const hideBand = chart => (u, index) => banded(chart).forEach(({ i }, k) => {
    if (index === i + 1)
      edges(chart, k).forEach(e => u.series[e].show !== u.series[index].show && u.setSeries(e, { show: u.series[index].show }));
  });

  const values = (chart, log) => [
    chart.steps, ...chart.lines.map(line => line.values), ...banded(chart).flatMap(({ line }) => [line.high, line.low]),
  ].map((numbers, i) => log && i > 0 ? numbers.map(v => v > 0 ? v : null) : numbers);

  const positive = chart => chart.lines.some(line => line.values.some(v => v > 0));

  const draw = (host, chart, log) => {
    log = log && positive(chart);
    const options = {
      width: Math.max(200, host.clientWidth - 12), height: 230, cursor: { y: false, drag: { x: true, y: false } },
      scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
      axes: [
        axis({ size: 34, values: (_, ticks) => ticks.map(tick), space: 60 }),
        axis({ size: 58, values: (_, ticks) => ticks.map(tick) }),
      ],
      series: [{ label: "step", value: (_, v) => v == null ? "–" : String(v) }, ...series(chart)],
      bands: fills(chart), hooks: { drawClear: [bands], draw: [names], setSeries: [hideBand(chart)] },
    };
    return new uPlot(options, values(chart, log), host);
  };

  const log = kind => document.querySelector(`[data-log="${kind}"]`)?.checked ?? false;

  const redraw = entry => {
    entry.plot?.destroy();
    entry.plot = draw(entry.host, entry.chart, log(entry.chart.kind));
  };

  for (const host of document.querySelectorAll("[data-chart]"))
    charts.push({ host, chart: data.charts[Number(host.dataset.chart)], plot: null });
  charts.forEach(redraw);

  for (const box of document.querySelectorAll("[data-log]"))
    box.addEventListener("change", () => charts.filter(entry => entry.chart.kind === box.dataset.log).forEach(redraw));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(redraw));
  addEventListener("resize", () => charts.forEach(({ plot, host }) => plot.setSize({ width: Math.max(200, host.clientWidth - 12), height: 230 })));
})();
