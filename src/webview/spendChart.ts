// The one chart: bars stacked over time, or beside each other for a single bucket. Chart.js draws it.
import { t } from "@vscode/l10n";
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type TooltipItem,
} from "chart.js";
import { trim } from "../openrouter/figures.ts";
import type { Group, Metric } from "../openrouter/spend/model.ts";
import { amount, axisAmount, bucketName, exactAmount } from "./labels.ts";
import { gapFill, type Theme } from "./palette.ts";
import type { Series } from "./series.ts";
import type { View } from "./state.ts";

Chart.register(
  BarController,
  BarElement,
  LineController,
  LineElement,
  PointElement,
  CategoryScale,
  LinearScale,
  Tooltip,
);

export interface Drawing {
  view: View;
  series: Series[];
  /** The series that is shown alone. */
  isolated: string | undefined;
  theme: Theme;
  locale: string;
  /** The bucket that is not over yet. */
  now: string;
  /** No axes and no click into it: for the sidebar. */
  compact?: boolean;
}

export interface Picked {
  bucket?: string;
  group?: Group;
}

export interface SpendChart {
  draw(drawing: Drawing): void;
  dispose(): void;
}

/** @param onPick a bar was clicked */
export function createSpendChart(canvas: HTMLCanvasElement, onPick?: (picked: Picked) => void): SpendChart {
  let chart: Chart | undefined;
  return {
    draw(drawing) {
      chart?.destroy();
      chart = new Chart(
        canvas,
        drawing.view.bucket === undefined ? overTime(drawing, onPick) : besides(drawing, onPick),
      );
    },
    dispose: () => chart?.destroy(),
  };
}

/** Bars of a bucket each, stacked by series; the period before as a line over them. */
function overTime(drawing: Drawing, onPick?: (picked: Picked) => void): ChartConfiguration {
  const { view, series, theme, locale, now, compact } = drawing;
  const { metric } = view.question;
  const { buckets, known } = view.current;
  const shown = series.filter(({ key }) => drawing.isolated === undefined || key === drawing.isolated);
  const bars = shown.map(({ name, values, fill }) => ({
    ...{ type: "bar" as const, label: name, stack: "now", backgroundColor: fill, borderColor: theme.border },
    // Without data nothing is drawn: a zero would say that nothing was spent.
    data: values.map((value, i) => (known[i] ? value : null)),
    borderWidth: theme.highContrast ? 1 : 0,
    ...{ categoryPercentage: buckets.length > 100 ? 1 : 0.9, barPercentage: buckets.length > 100 ? 1 : 0.9 },
  }));
  const { previous } = view;
  const line = previous &&
    drawing.isolated === undefined && {
      ...{ type: "line" as const, label: t("Period before"), stack: "before", borderColor: theme.foreground },
      data: previous.known.map((is, i) => (is ? sumAt(previous.groups, i) : null)),
      ...{ borderWidth: 1.5, borderDash: [4, 3], pointRadius: 0, pointHitRadius: 0, backgroundColor: theme.foreground },
    };
  return {
    type: "bar",
    data: {
      labels: buckets.map((bucket) => bucketName(bucket, locale, "short")),
      datasets: [...(line ? [line] : []), ...bars],
    },
    options: {
      ...base(drawing),
      interaction: { mode: "index", intersect: false },
      onClick(event, _elements, self) {
        const [hit] = self.getElementsAtEventForMode(event.native as Event, "index", { intersect: false }, true);
        const bucket = hit && buckets[hit.index];
        if (bucket !== undefined && known[hit!.index]) onPick?.({ bucket });
      },
      onHover: pointer(onPick !== undefined),
      scales: {
        x: {
          ...{ stacked: true, display: !compact, grid: { display: false }, border: { color: theme.grid } },
          ticks: { color: theme.muted, maxRotation: 0, autoSkipPadding: 12 },
        },
        y: { stacked: true, beginAtZero: true, ...valueAxis(drawing), display: !compact },
      },
      plugins: {
        tooltip: {
          ...tooltip(theme),
          filter: (item) => item.parsed.y !== null && (item.parsed.y !== 0 || item.dataset.type === "line"),
          itemSort: (a, b) => b.datasetIndex - a.datasetIndex,
          callbacks: {
            title: ([item]) => (item ? bucketTitle(buckets[item.dataIndex]!, locale, now) : ""),
            label: (item) => tooltipLine(item, metric, locale),
            footer: (items) => {
              const [item] = items;
              if (!item) return "";
              const total = trim(shown.reduce((sum, { values }) => sum + values[item.dataIndex]!, 0));
              return shown.length > 1 ? t("Total: {0}", exactAmount(total, metric, locale)) : "";
            },
          },
        },
      },
    },
    plugins: [gaps(drawing)],
  };
}

/** A bar a group, for a single bucket. */
function besides(drawing: Drawing, onPick?: (picked: Picked) => void): ChartConfiguration {
  const { view, series, theme, locale } = drawing;
  const { metric } = view.question;
  const known = view.current.known[0];
  const bars = known ? series : [];
  return {
    type: "bar",
    data: {
      labels: bars.map(({ name }) => shortened(name)),
      datasets: [
        {
          data: bars.map(({ values }) => values[0]!),
          backgroundColor: bars.map(({ fill }) => fill),
          ...{ borderColor: theme.border, borderWidth: theme.highContrast ? 1 : 0, maxBarThickness: 28 },
        },
      ],
    },
    options: {
      ...base(drawing),
      indexAxis: "y",
      interaction: { mode: "nearest", axis: "y", intersect: false },
      onClick(event, _elements, self) {
        const [hit] = self.getElementsAtEventForMode(
          event.native as Event,
          "nearest",
          { axis: "y", intersect: false },
          true,
        );
        const group = hit && bars[hit.index]?.group;
        if (group) onPick?.({ group });
      },
      onHover: pointer(onPick !== undefined),
      scales: {
        x: { beginAtZero: true, ...valueAxis(drawing) },
        y: {
          grid: { display: false },
          border: { color: theme.grid },
          ticks: { color: theme.foreground, autoSkip: false },
        },
      },
      plugins: {
        tooltip: {
          ...tooltip(theme),
          callbacks: {
            title: ([item]) => bars[item?.dataIndex ?? -1]?.name ?? "",
            label: (item) => exactAmount(item.parsed.x ?? 0, metric, locale),
          },
        },
      },
    },
  };
}

function base({ theme }: Drawing) {
  return {
    ...{ responsive: true, maintainAspectRatio: false, animation: false as const, normalized: true },
    font: { family: theme.font },
    color: theme.foreground,
  };
}

function valueAxis({ view, theme, locale }: Drawing) {
  const { metric } = view.question;
  return {
    ...{ grid: { color: theme.grid }, border: { display: false } },
    ticks: {
      ...{ color: theme.muted, maxTicksLimit: 6, precision: metric === "cost" ? undefined : 0 },
      callback: (value: number | string) => axisAmount(Number(value), metric, locale),
    },
  };
}

function tooltip(theme: Theme) {
  const { background, foreground, border } = theme.hover;
  return {
    ...{ backgroundColor: background, borderColor: border, borderWidth: 1, cornerRadius: 3, padding: 8 },
    ...{ titleColor: foreground, bodyColor: foreground, footerColor: foreground },
    ...{ boxWidth: 10, boxHeight: 10, boxPadding: 4, multiKeyBackground: background },
  };
}

function tooltipLine(item: TooltipItem<"bar" | "line">, metric: Metric, locale: string): string {
  return `${shortened(item.dataset.label ?? "")}: ${exactAmount(item.parsed.y ?? 0, metric, locale)}`;
}

/** A bucket's full name; what is still going on says so. */
export function bucketTitle(bucket: string, locale: string, now: string): string {
  const name = t("{0} UTC", bucketName(bucket, locale, "long"));
  return bucket === now ? t("{0}, so far", name) : name;
}

/** What the whole chart says, for those who do not see it. */
export function spokenChart({ view, series, locale }: Drawing): string {
  const { metric } = view.question;
  const largest = series.slice(0, 3).map(({ name, values }) => {
    const total = trim(values.reduce((sum, value) => sum + value, 0));
    return `${name} ${amount(total, metric, locale)}`;
  });
  return t("Chart: {0}. The table below has its figures.", largest.join(", ") || t("nothing was spent"));
}

/** Hatched where nothing is known; what is yet to come is left blank. */
function gaps({ view, theme, now }: Drawing) {
  const { buckets, known } = view.current;
  return {
    id: "gaps",
    beforeDatasetsDraw({ ctx, chartArea, scales: { x } }: Chart) {
      if (!x || !chartArea) return;
      const step = chartArea.width / Math.max(1, buckets.length);
      ctx.save();
      ctx.fillStyle = gapFill(theme);
      for (const [i, bucket] of buckets.entries())
        if (!known[i] && bucket <= now)
          ctx.fillRect(x.getPixelForValue(i) - step / 2, chartArea.top, step, chartArea.height);
      ctx.restore();
    },
  };
}

function sumAt(groups: readonly Group[], bucket: number): number {
  return trim(groups.reduce((sum, { values }) => sum + values[bucket]!, 0));
}

function pointer(picks: boolean) {
  return (event: { native: Event | null }, elements: unknown[]) => {
    const canvas = event.native?.target;
    if (canvas instanceof HTMLElement) canvas.style.cursor = picks && elements.length > 0 ? "pointer" : "";
  };
}

/** Names may be of any length; the table has them whole. */
function shortened(name: string): string {
  return name.length > 42 ? `${name.slice(0, 40)}…` : name;
}
