// The waterfall: a bar for the cost of each period, and between them what each factor adds or saves. Drawn by Chart.js.
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  Tooltip,
} from "chart.js";
import { axisLabels, nameAxisOptions, tooltipNames, tooltipOptions } from "../chartOptions.ts";
import { axisAmount } from "../labels.ts";
import { type Fill, fallFill, riseFill, type Theme, totalFill } from "../palette.ts";
import { exactStepAmount, stepAmount } from "./explainLabels.ts";
import { isTotal, type WaterfallStep } from "./steps.ts";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

/** Pixels for a step and its gap, and for the axis. */
const STEP_HEIGHT = 30;
const AXIS_HEIGHT = 34;
/** Between a bar and its amount, in pixels. */
const GAP = 5;

export interface WaterfallDrawing {
  steps: readonly WaterfallStep[];
  /** The names of the steps. */
  names: readonly string[];
  theme: Theme;
  locale: string;
}

export interface Waterfall {
  draw(drawing: WaterfallDrawing): void;
  dispose(): void;
}

/** @param canvas its parent gets the height that the steps need */
export function createWaterfall(canvas: HTMLCanvasElement): Waterfall {
  let chart: Chart | undefined;
  return {
    draw(drawing) {
      Chart.defaults.font.family = drawing.theme.font;
      if (canvas.parentElement)
        canvas.parentElement.style.height = `${AXIS_HEIGHT + STEP_HEIGHT * drawing.steps.length}px`;
      chart?.destroy();
      chart = new Chart(canvas, configure(drawing));
    },
    dispose: () => chart?.destroy(),
  };
}

function fillOf({ kind, value }: WaterfallStep, theme: Theme): Fill {
  if (isTotal(kind)) return totalFill(theme);
  return value > 0 ? riseFill(theme) : fallFill(theme);
}

function configure(drawing: WaterfallDrawing): ChartConfiguration {
  const { steps, names, theme, locale } = drawing;
  const amounts = steps.map((step) => stepAmount(step, locale));
  return {
    type: "bar",
    data: {
      labels: [...names],
      datasets: [
        {
          data: steps.map(({ from, to }) => [from, to] as [number, number]),
          backgroundColor: steps.map((step) => fillOf(step, theme)),
          // Borders, as in high contrast, would cover the fill of narrow bars.
          borderWidth: 0,
          minBarLength: 2,
          maxBarThickness: 22,
        },
      ],
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      color: theme.foreground,
      indexAxis: "y",
      interaction: { mode: "nearest", axis: "y", intersect: false },
      layout: { padding: { right: widest(amounts) } },
      scales: {
        x: {
          // Up to the longest bar: its amount is beside it, in the padding.
          ...bounds(steps),
          grid: { color: theme.grid },
          border: { display: false },
          ticks: {
            color: theme.muted,
            includeBounds: false,
            maxTicksLimit: 5,
            maxRotation: 0,
            autoSkipPadding: 8,
            callback: (value) => axisAmount(Number(value), "cost", locale),
          },
        },
        y: {
          // Chart.js gives an axis half of a narrow chart at most, and would cut its labels.
          afterFit(axis) {
            axis.width = Math.max(axis.width, widest(axisLabels(names, axis.chart.width)) + GAP);
          },
          ...nameAxisOptions(theme, names),
        },
      },
      plugins: {
        tooltip: {
          ...tooltipOptions(theme),
          callbacks: {
            title: ([item]) => (item ? tooltipNames(names, item.chart.width)[item.dataIndex]! : ""),
            label: ({ dataIndex }) => exactStepAmount(steps[dataIndex]!, locale),
          },
        },
      },
    },
    plugins: [amountsPlugin(drawing, amounts)],
  };
}

/** Returns the ends of the axis, which always has 0. */
function bounds(steps: readonly WaterfallStep[]): { min: number; max: number } {
  const ends = steps.flatMap(({ from, to }) => [from, to]);
  const [min, max] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  return min === max ? { min, max: 1 } : { min, max };
}

/** Returns the width of the longest text, with a gap on both sides. */
function widest(texts: readonly string[]): number {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return 60;
  pen.font = font();
  return Math.max(...texts.map((text) => pen.measureText(text).width)) + 2 * GAP;
}

const font = () => `${Chart.defaults.font.size}px ${Chart.defaults.font.family}`;

/** Creates a Chart.js plugin that writes each amount beside its bar, and joins the end of each bar with the next one. */
function amountsPlugin({ steps, theme }: WaterfallDrawing, amounts: readonly string[]) {
  return {
    id: "amounts",
    afterDatasetsDraw(chart: Chart) {
      const { ctx } = chart;
      const { x } = chart.scales;
      if (!x) return;
      const bars = chart.getDatasetMeta(0).data;
      ctx.save();
      ctx.font = font();
      ctx.textBaseline = "middle";
      ctx.lineWidth = 1;
      for (const [i, { from, to }] of steps.entries()) {
        const y = bars[i]!.y;
        ctx.fillStyle = theme.foreground;
        ctx.fillText(amounts[i]!, x.getPixelForValue(Math.max(from, to)) + GAP, y);
        const next = bars[i + 1];
        if (!next) continue;
        const at = Math.round(x.getPixelForValue(to)) + 0.5;
        ctx.strokeStyle = theme.muted;
        ctx.beginPath();
        ctx.moveTo(at, y + halfHeight(bars[i]!));
        ctx.lineTo(at, next.y - halfHeight(next));
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}

function halfHeight(bar: unknown): number {
  return ((bar as { height?: number }).height ?? 0) / 2;
}
