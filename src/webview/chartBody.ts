// The common body of the panel and the chat chart: headline, chart, legend, table and sources.
import { t } from "@vscode/l10n";
import type { Estimate } from "../openrouter/foresight/forecast/model.ts";
import type { SpendTable } from "../openrouter/spend/model.ts";
import { chartTable } from "./chartTable.ts";
import { describeChart } from "./describeChart.ts";
import { h } from "./dom.ts";
import type { Selection } from "./drawing.ts";
import { drawFiguresTable, FIGURE_CONTEXT } from "./figuresTable.ts";
import { drawHeadline } from "./headline.ts";
import { dimensionName } from "./labels.ts";
import { drawLegend } from "./legend.ts";
import { readTheme } from "./palette.ts";
import { seriesOf } from "./series.ts";
import { drawSources } from "./sources.ts";
import { createSpendChart } from "./spendChart.ts";
import { type ActivityState, type View, viewOf } from "./state.ts";
import type { Sort } from "./tableRows.ts";

export interface ChartBodyOptions {
  /** Height of each group's bar and of the whole chart, in pixels, when the chart shows a single bucket. */
  groupHeight: number;
  maxHeight?: number;
  /** Called when the user selects a bar or a row. */
  onPick(picked: Selection): void;
  onSort(sort: Sort): void;
  /** Called to ask an agent about a row. */
  onAsk?(picked: Selection): void;
  /** Called to explain the change in a row. */
  onExplain?(picked: Selection): void;
  /** Called when the context menu of a bar or row opens. */
  onContextMenu?(picked: Selection): void;
  /** Called when another series, or none, is shown alone; must draw the chart again. */
  onIsolationChange(): void;
}

export interface ChartContent {
  spend: SpendTable;
  state: ActivityState;
  locale: string;
  /** True if selecting a group's row drills into it. */
  opensGroups: boolean;
  /** What is expected of the current day and of those that follow. */
  forecast?: readonly Estimate[];
}

/** The result of drawing. */
export interface DrawnChart {
  view: View;
  /** The labels of the possible table rows; undefined if there is no choice. */
  rowChoices: Record<ActivityState["rows"], string> | undefined;
}

export interface ChartBody {
  headline: HTMLElement;
  chart: HTMLElement;
  legend: HTMLElement;
  /** The table of figures; gets the focus when the focused row is removed. */
  figures: HTMLElement;
  sources: HTMLElement;
  drawChart(content: ChartContent): DrawnChart;
  /** Shows all series again. */
  showAllSeries(): void;
}

export function createChartBody(options: ChartBodyOptions): ChartBody {
  const { groupHeight, maxHeight = Number.POSITIVE_INFINITY, onPick, onSort, onIsolationChange } = options;
  const { onAsk, onExplain, onContextMenu } = options;
  let isolated: string | undefined;
  const headline = h("div", { class: "headline", "aria-live": "polite" });
  const canvas = h("canvas", { role: "img" });
  const chart = h("div", { class: "chart" }, canvas);
  const legend = h("ul", { class: "legend", "aria-label": t("Legend") });
  const table = h("table", { class: "figures" });
  const figures = h(
    "div",
    { class: "figures-frame", tabindex: "0", role: "region", "aria-label": t("Figures") },
    table,
  );
  const sources = h("ul", { class: "sources", "aria-label": t("Sources") });
  const spendChart = createSpendChart(canvas, onPick);
  if (onContextMenu)
    canvas.addEventListener("contextmenu", (event) => {
      const picked = spendChart.selectionAt(event);
      if (picked) canvas.dataset.vscodeContext = FIGURE_CONTEXT;
      else delete canvas.dataset.vscodeContext;
      if (picked) onContextMenu(picked);
    });

  function drawCanvas(view: View, { spend, state, locale, forecast }: ChartContent): void {
    const theme = readTheme();
    const series = seriesOf(view.current.groups, state.top, theme);
    if (!series.some(({ key }) => key === isolated)) isolated = undefined;
    const isOverTime = view.bucket === undefined;
    const height = Math.min(maxHeight, 60 + groupHeight * Math.max(2, series.length));
    chart.style.height = isOverTime ? "" : `${height}px`;
    const drawing = { view, series, isolated, theme, locale, now: spend.current, forecast };
    spendChart.draw(drawing);
    canvas.setAttribute("aria-label", describeChart(drawing));
    legend.hidden = !isOverTime;
    drawLegend(legend, {
      series,
      isolated,
      hasPrevious: view.previous !== undefined,
      hasForecast: forecast !== undefined,
      metric: view.query.metric,
      theme,
      locale,
      onIsolate(key) {
        isolated = key;
        onIsolationChange();
      },
    });
  }

  function drawTable(view: View, { spend, state, locale, opensGroups }: ChartContent): DrawnChart["rowChoices"] {
    const { isOverTime, bucketHeader, ...rows } = chartTable(view, spend, state, locale);
    const byBucket = isOverTime && state.rows === "buckets";
    drawFiguresTable(table, {
      ...rows,
      sort: state.sort,
      metric: state.metric,
      locale,
      onSort,
      onAsk: onAsk && (({ bucket, group }) => onAsk({ bucket, group })),
      onExplain: onExplain && (({ bucket, group }) => onExplain({ bucket, group })),
      onContextMenu: onContextMenu && (({ bucket, group }) => onContextMenu({ bucket, group })),
      onOpen: byBucket || opensGroups ? ({ bucket, group }) => onPick({ bucket, group }) : undefined,
    });
    return isOverTime ? { groups: dimensionName(view.dimension), buckets: bucketHeader } : undefined;
  }

  return {
    headline,
    chart,
    legend,
    figures,
    sources,
    drawChart(content) {
      const { spend, state, locale } = content;
      const view = viewOf(spend, state);
      drawHeadline(headline, view, spend, locale);
      drawCanvas(view, content);
      const rowChoices = drawTable(view, content);
      drawSources(sources, spend, locale);
      return { view, rowChoices };
    },
    showAllSeries() {
      isolated = undefined;
    },
  };
}
