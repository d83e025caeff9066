// The chart of a forecast: bars for what was spent, a dashed line and a band for what is expected. Drawn by Chart.js.
import { t } from "@vscode/l10n";
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import { formatMoney } from "../../openrouter/text/format.ts";
import { tooltipOptions } from "../chartOptions.ts";
import { axisAmount, axisNames, bucketTitle } from "../labels.ts";
import { type Theme, totalFill } from "../palette.ts";
import type { ForecastDay } from "./forecastDays.ts";
import { estimateText } from "./forecastLabels.ts";
import { forecastLines } from "./forecastLines.ts";

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

export interface ForecastDrawing {
  days: readonly ForecastDay[];
  theme: Theme;
  locale: string;
}

export interface ForecastChart {
  draw(drawing: ForecastDrawing): void;
}

export function createForecastChart(canvas: HTMLCanvasElement): ForecastChart {
  let chart: Chart | undefined;
  return {
    draw(drawing) {
      Chart.defaults.font.family = drawing.theme.font;
      chart?.destroy();
      chart = new Chart(canvas, configure(drawing));
    },
  };
}

function configure({ days, theme, locale }: ForecastDrawing): ChartConfiguration {
  const names = axisNames(
    days.map(({ day }) => day),
    locale,
  );
  return {
    type: "bar",
    data: {
      labels: names,
      datasets: [
        ...forecastLines(
          days.map(({ estimate }) => estimate),
          theme,
        ),
        {
          type: "bar",
          data: days.map(({ spent }) => spent ?? null),
          backgroundColor: totalFill(theme),
          borderColor: theme.border,
          borderWidth: theme.highContrast ? 1 : 0,
          borderSkipped: false,
        },
      ],
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      color: theme.foreground,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: {
          grid: { display: false },
          border: { color: theme.grid },
          ticks: { color: theme.muted, maxRotation: 0, autoSkipPadding: 12, sampleSize: 12 },
        },
        y: {
          beginAtZero: true,
          grid: { color: theme.grid },
          border: { display: false },
          ticks: {
            color: theme.muted,
            maxTicksLimit: 6,
            callback: (value) => axisAmount(Number(value), "cost", locale),
          },
        },
      },
      plugins: {
        tooltip: {
          ...tooltipOptions(theme),
          displayColors: false,
          // One text for all lines of a day.
          filter: (_, index) => index === 0,
          callbacks: {
            title: ([item]) => (item ? bucketTitle(days[item.dataIndex]!.day, locale, today(days)) : ""),
            label: ({ dataIndex }) => dayTexts(days[dataIndex]!, locale),
          },
        },
      },
    },
  };
}

/** Returns the day in progress: the first one that is forecast. */
function today(days: readonly ForecastDay[]): string {
  return days.find(({ estimate }) => estimate)?.day ?? "";
}

function dayTexts({ spent, estimate }: ForecastDay, locale: string): string[] {
  return [
    ...(spent === undefined ? [] : [t("Spent: {0}", formatMoney(spent, locale))]),
    ...(estimate ? [estimateText(estimate, locale)] : []),
  ];
}
