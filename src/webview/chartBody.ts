// What the panel and the page in a chat show alike: headline, chart, legend, figures and sources.
import { t } from "@vscode/l10n";
import type { SpendTable } from "../openrouter/spend/model.ts";
import { chartTable } from "./chartTable.ts";
import { describeChart } from "./describeChart.ts";
import { h } from "./dom.ts";
import type { Selection } from "./drawing.ts";
import { drawFiguresTable } from "./figuresTable.ts";
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
  /** Pixels for each group where groups stand beside each other, and for all of them together. */
  groupHeight: number;
  maxHeight?: number;
  /** A bar or a row was chosen. */
  onPick(picked: Selection): void;
  onSort(sort: Sort): void;
  /** Another series is shown alone: the chart has to be drawn again. */
  onIsolate(): void;
}

export interface ChartContent {
  spend: SpendTable;
  state: ActivityState;
  /** How many groups have a colour of their own. */
  top: number;
  locale: string;
  /** True if a group's row leads into the group. */
  opensGroups: boolean;
}

/** What was drawn. */
export interface DrawnChart {
  view: View;
  /** What the rows of the table can be, by name; undefined where there is no choice. */
  rowChoices: Record<ActivityState["rows"], string> | undefined;
}

export interface ChartBody {
  headline: HTMLElement;
  chart: HTMLElement;
  legend: HTMLElement;
  /** The table of figures; takes the focus of a row that is gone. */
  figures: HTMLElement;
  sources: HTMLElement;
  drawChart(content: ChartContent): DrawnChart;
  /** Ends showing one series alone. */
  showAllSeries(): void;
}

export function createChartBody(options: ChartBodyOptions): ChartBody {
  const { groupHeight, maxHeight = Number.POSITIVE_INFINITY, onPick, onSort, onIsolate } = options;
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

  function drawCanvas(view: View, { spend, top, locale }: ChartContent): void {
    const theme = readTheme();
    const series = seriesOf(view.current.groups, top, theme);
    if (!series.some(({ key }) => key === isolated)) isolated = undefined;
    const inTime = view.bucket === undefined;
    const height = Math.min(maxHeight, 60 + groupHeight * Math.max(2, series.length));
    chart.style.height = inTime ? "" : `${height}px`;
    const drawing = { view, series, isolated, theme, locale, now: spend.current };
    spendChart.draw(drawing);
    canvas.setAttribute("aria-label", describeChart(drawing));
    legend.hidden = !inTime;
    drawLegend(legend, {
      series,
      isolated,
      metric: view.query.metric,
      theme,
      locale,
      onIsolate(key) {
        isolated = key;
        onIsolate();
      },
    });
  }

  function drawTable(view: View, { spend, state, locale, opensGroups }: ChartContent): DrawnChart["rowChoices"] {
    const { inTime, bucketHeader, ...rows } = chartTable(view, spend, state, locale);
    const byBucket = inTime && state.rows === "buckets";
    drawFiguresTable(table, {
      ...rows,
      sort: state.sort,
      metric: state.metric,
      locale,
      onSort,
      onOpen: byBucket || opensGroups ? ({ bucket, group }) => onPick({ bucket, group }) : undefined,
    });
    return inTime ? { groups: dimensionName(view.dimension), buckets: bucketHeader } : undefined;
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
