// The spend chart, drawn by Chart.js: bars stacked over time, or one bar per group for a single bucket.
import { t } from "@vscode/l10n";
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartData,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import { dayAfter, type Group } from "../openrouter/spend/model.ts";
import { dropFloatNoise } from "../openrouter/text/figures.ts";
import {
  baseOptions,
  hoverCursor,
  nameAxisOptions,
  PREVIOUS_DASH,
  tooltipNames,
  tooltipOptions,
  valueAxisOptions,
} from "./chartOptions.ts";
import type { Drawing, Selection } from "./drawing.ts";
import { estimateText } from "./forecast/forecastLabels.ts";
import { forecastLines } from "./forecast/forecastLines.ts";
import { gapsPlugin } from "./gaps.ts";
import { axisNames, bucketTitle, exactAmount, namesMonths } from "./labels.ts";

Chart.register(
  BarController,
  BarElement,
  LineController,
  LineElement,
  PointElement,
  CategoryScale,
  Filler,
  LinearScale,
  Tooltip,
);

/** Limits the labels that Chart.js measures; still more than fit on an axis. */
const MAX_TICKS = 60;

/** Borders of more bars would cover their fills. */
const MAX_BORDERED = 60;

export interface SpendChart {
  draw(drawing: Drawing): void;
  /** Returns the bar at a mouse event. */
  selectionAt(event: MouseEvent): Selection | undefined;
  dispose(): void;
}

/** @param onPick called when the user clicks a bar */
export function createSpendChart(canvas: HTMLCanvasElement, onPick?: (picked: Selection) => void): SpendChart {
  let chart: Chart | undefined;
  let drawnShape: "time" | "groups" | undefined;
  let current: Drawing | undefined;
  return {
    draw(drawing) {
      current = drawing;
      // Axes only use this default font.
      Chart.defaults.font.family = drawing.theme.font;
      const shape = drawing.view.bucket === undefined ? "time" : "groups";
      const config = shape === "time" ? timeChart(drawing, onPick) : groupChart(drawing, onPick);
      // Replacing the data of the same shape is faster than creating a chart.
      if (chart && shape === drawnShape) {
        updateData(chart.data, config.data);
        chart.options = config.options ?? {};
        // Not "none", which would keep the previous fills and borders.
        chart.update();
      } else {
        chart?.destroy();
        chart = new Chart(canvas, { ...config, plugins: [gapsPlugin(() => current)] });
      }
      drawnShape = shape;
    },
    selectionAt: (event) => (chart && current ? selectionAt(chart, current, event) : undefined),
    dispose: () => chart?.destroy(),
  };
}

function selectionAt(chart: Chart, { view, series }: Drawing, event: Event): Selection | undefined {
  const { buckets, known } = view.current;
  if (view.bucket === undefined) {
    const [hit] = chart.getElementsAtEventForMode(event, "index", { intersect: false }, true);
    const bucket = hit && known[hit.index] ? buckets[hit.index] : undefined;
    return bucket === undefined ? undefined : { bucket };
  }
  const [hit] = chart.getElementsAtEventForMode(event, "nearest", { axis: "y", intersect: false }, true);
  const group = hit && known[0] ? series[hit.index]?.group : undefined;
  return group && { group };
}

/** Updates datasets in place, which avoids creating their bars again. */
function updateData(data: ChartData, { labels, datasets }: ChartData): void {
  data.labels = labels;
  data.datasets = datasets.map((dataset, i) => {
    const before = data.datasets[i];
    return before && before.type === dataset.type ? Object.assign(before, dataset) : dataset;
  });
}

/** Configures a bar per bucket, stacked by series, with the previous period as a line. */
function timeChart(drawing: Drawing, onPick?: (picked: Selection) => void): ChartConfiguration {
  const { view, series, theme, locale, now, compact } = drawing;
  const { metric } = view.query;
  const { buckets, known } = view.current;
  const byMonth = namesMonths(buckets);
  // A forecast is of everything shown.
  const estimates = drawing.isolated === undefined ? (drawing.forecast ?? []) : [];
  const coming = estimates.slice(1).map((_, i) => dayAfter(buckets.at(-1)!, i + 1));
  const days = [...buckets, ...coming];
  const visible = series.filter(({ key }) => drawing.isolated === undefined || key === drawing.isolated);
  const bars = visible.map(({ name, values, fill }) => ({
    type: "bar" as const,
    label: name,
    stack: "now",
    backgroundColor: fill,
    borderColor: theme.border,
    // Gaps draw nothing: a zero would mean that nothing was spent.
    data: values.map((value, i) => (known[i] ? value : null)),
    borderWidth: theme.highContrast && !compact && buckets.length <= MAX_BORDERED ? 1 : 0,
    borderSkipped: false,
    // All series are in one stack; skipping Chart.js's grouping halves the time to draw a year.
    grouped: false,
    // Keeps a chart of few bars from filling its whole width.
    maxBarThickness: 120,
    categoryPercentage: buckets.length > 100 ? 1 : 0.9,
    barPercentage: buckets.length > 100 ? 1 : 0.9,
  }));
  const { previous } = view;
  const line = previous &&
    drawing.isolated === undefined && {
      type: "line" as const,
      label: t("Previous period"),
      stack: "before",
      borderColor: theme.foreground,
      order: -1,
      data: previous.known.map((isKnown, i) => (isKnown ? bucketTotal(previous.groups, i) : null)),
      borderWidth: 1.5,
      borderDash: PREVIOUS_DASH,
      pointRadius: 0,
      pointHitRadius: 0,
      backgroundColor: theme.foreground,
      fill: false,
    };
  const expected =
    estimates.length > 0
      ? forecastLines([...buckets.slice(1).map(() => undefined), ...estimates], theme, t("Expected"))
      : [];
  return {
    type: "bar",
    data: {
      labels: axisNames(days, locale),
      datasets: [...bars, ...(line ? [line] : []), ...expected],
    },
    options: {
      ...baseOptions(drawing),
      interaction: { mode: "index", intersect: false },
      onClick(event, _elements, self) {
        const picked = selectionAt(self, drawing, event.native as Event);
        if (picked) onPick?.(picked);
      },
      onHover: hoverCursor(onPick !== undefined),
      scales: {
        x: {
          stacked: true,
          display: !compact,
          grid: { display: false },
          border: { color: theme.grid },
          // Labels have similar widths, so measuring a few is enough.
          ticks: { color: theme.muted, maxRotation: 0, autoSkipPadding: 12, sampleSize: 12 },
          afterBuildTicks: (axis) => {
            const step = Math.ceil(axis.ticks.length / MAX_TICKS);
            axis.ticks = axis.ticks.filter(({ value }, i) => (byMonth ? days[value]!.endsWith("-01") : i % step === 0));
          },
        },
        y: { stacked: true, beginAtZero: true, ...valueAxisOptions(drawing), display: !compact },
      },
      plugins: {
        tooltip: {
          ...tooltipOptions(theme),
          // The band's lines have no name.
          filter: ({ parsed: { y }, dataset }) =>
            y !== null && (dataset.type === "line" ? dataset.label !== undefined : y !== 0),
          itemSort: (a, b) => b.datasetIndex - a.datasetIndex,
          callbacks: {
            title: ([item]) => (item ? bucketTitle(days[item.dataIndex]!, locale, now) : ""),
            label: (item) => {
              const estimate = estimates[item.dataIndex - buckets.length + 1];
              if (estimate && item.dataset.type === "line") return estimateText(estimate, locale);
              const names = item.chart.data.datasets.map(({ label = "" }) => label);
              const name = tooltipNames(names, item.chart.width)[item.datasetIndex]!;
              return `${name}: ${exactAmount(item.parsed.y ?? 0, metric, locale)}`;
            },
            footer: (items) => {
              const [item] = items;
              if (!item || item.dataIndex >= buckets.length) return "";
              const total = dropFloatNoise(visible.reduce((sum, { values }) => sum + values[item.dataIndex]!, 0));
              return visible.length > 1 ? t("Total: {0}", exactAmount(total, metric, locale)) : "";
            },
          },
        },
      },
    },
  };
}

/** Configures a bar per group, for a single bucket. */
function groupChart(drawing: Drawing, onPick?: (picked: Selection) => void): ChartConfiguration {
  const { view, series, theme, locale } = drawing;
  const { metric } = view.query;
  const known = view.current.known[0];
  const bars = known ? series : [];
  const names = bars.map(({ name }) => name);
  return {
    type: "bar",
    data: {
      labels: names,
      datasets: [
        {
          data: bars.map(({ values }) => values[0]!),
          backgroundColor: bars.map(({ fill }) => fill),
          borderColor: theme.border,
          borderWidth: theme.highContrast ? 1 : 0,
          maxBarThickness: 28,
        },
      ],
    },
    options: {
      ...baseOptions(drawing),
      indexAxis: "y",
      interaction: { mode: "nearest", axis: "y", intersect: false },
      onClick(event, _elements, self) {
        const picked = selectionAt(self, drawing, event.native as Event);
        if (picked) onPick?.(picked);
      },
      onHover: hoverCursor(onPick !== undefined),
      scales: {
        x: { beginAtZero: true, ...valueAxisOptions(drawing) },
        y: nameAxisOptions(theme, names),
      },
      plugins: {
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: {
            title: ([item]) => (item ? tooltipNames(names, item.chart.width)[item.dataIndex]! : ""),
            label: (item) => exactAmount(item.parsed.x ?? 0, metric, locale),
          },
        },
      },
    },
  };
}

function bucketTotal(groups: readonly Group[], bucket: number): number {
  return dropFloatNoise(groups.reduce((sum, { values }) => sum + values[bucket]!, 0));
}
