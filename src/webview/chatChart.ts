// The chart in a chat: less to choose than in the panel, the same bars, drill-down and table.
import { t } from "@vscode/l10n";
import { type Dimension, dimensions, type Group, type Metric, metrics } from "../openrouter/spend/model.ts";
import { fill, h } from "./dom.ts";
import type { Picked } from "./drawing.ts";
import { drawFiguresTable } from "./figuresTable.ts";
import { drawHeadline } from "./headline.ts";
import { bucketName, dimensionName, metricName } from "./labels.ts";
import { drawLegend } from "./legend.ts";
import { readTheme } from "./palette.ts";
import { drawPath } from "./path.ts";
import { seriesOf } from "./series.ts";
import { drawSources } from "./sources.ts";
import { createSpendChart } from "./spendChart.ts";
import { spokenChart } from "./spokenChart.ts";
import {
  type ActivityState,
  backTo,
  choose,
  drill,
  initialState,
  needsKeys,
  shownDimension,
  showRows,
  viewOf,
} from "./state.ts";
import { tableOf } from "./tableOf.ts";
import type { ToolFigures } from "./toolCalls.ts";

const TOP = 6;

export interface ChatChart {
  show(figures: ToolFigures): void;
  fail(error: unknown): void;
  /** The theme, or the reader's language, is another. */
  redraw(locale?: string): void;
}

export type Call = (name: ToolFigures["call"]["name"], args: Record<string, unknown>) => Promise<ToolFigures>;

export function createChatChart(root: HTMLElement, call: Call): ChatChart {
  let figures: ToolFigures | undefined;
  let state: ActivityState = { ...initialState, top: TOP };
  let isolated: string | undefined;
  let locale = navigator.language;
  /** How often was asked: what is answered late is not shown any more. */
  let asked = 0;
  let reading = false;
  let focused: Element | null = null;

  const groupBy = h("select", { on: { change: () => become(choose(state, { groupBy: groupBy.value as Dimension })) } });
  const metric = h(
    "select",
    { on: { change: () => become({ ...state, metric: metric.value as Metric }) } },
    ...metrics.map((each) => h("option", { value: each }, metricName(each))),
  );
  const rows = h("select", {
    on: { change: () => become(showRows(state, rows.value as ActivityState["rows"])) },
  });
  const days = h("button", { type: "button", on: { click: askForDays } }, t("Last 30 days"));
  const labelled = (text: string, element: HTMLElement) => h("label", { class: "choice" }, text, element);
  const groupByChoice = labelled(t("Group by"), groupBy);
  const rowsChoice = labelled(t("Rows"), rows);
  const nav = h("nav", { class: "path", "aria-label": t("Where you are") });
  const headline = h("div", { class: "headline", "aria-live": "polite" });
  const status = h("p", { class: "hint", role: "status" }, t("Waiting for figures…"));
  const problem = h("div", { class: "problem", role: "alert", hidden: true });
  const canvas = h("canvas", { role: "img" });
  const legend = h("ul", { class: "legend", "aria-label": t("Legend") });
  const table = h("table", { class: "figures" });
  const frame = h("div", { class: "figures-frame", tabindex: "0", role: "region", "aria-label": t("Figures") }, table);
  const sources = h("ul", { class: "sources", "aria-label": t("Sources") });
  const body = h(
    "div",
    { class: "body", hidden: true },
    h("div", { class: "toolbar" }, groupByChoice, labelled(t("Show"), metric), days),
    nav,
    headline,
    h("div", { class: "chart" }, canvas),
    legend,
    h("details", {}, h("summary", {}, t("Figures")), rowsChoice, frame),
    sources,
  );
  fill(root, h("h1", { class: "visually-hidden" }, t("OpenRouter Activity")), problem, body, status);
  const chart = createSpendChart(canvas, pick);

  /** Keys are asked for when somebody wants to see them: it takes a request a key. */
  function possible(): Dimension[] {
    const told = figures?.table.dimensions ?? [];
    const further: Dimension[] = figures?.call.name === "or_activity" ? ["key"] : [];
    return dimensions.filter((dimension) => told.includes(dimension) || further.includes(dimension));
  }

  function pick({ bucket, group }: Picked): void {
    if (bucket !== undefined) become(drill(state, { bucket }));
    else if (group) into(group)?.();
  }

  /** The way into a group; undefined where nothing is known of what is in it. */
  function into({ id, name }: Pick<Group, "id" | "name">): (() => void) | undefined {
    const next = drill(state, { dimension: shownDimension(state), id, name });
    const dimension = shownDimension(next);
    return dimension !== shownDimension(state) && possible().includes(dimension) ? () => become(next) : undefined;
  }

  function become(next: ActivityState): void {
    if (figures && needsKeys(next) && !figures.table.dimensions.includes("key"))
      void ask(next, figures.call.name, { ...figures.call.arguments, aggregate: "by_key" });
    else take(next);
  }

  function take(next: ActivityState): void {
    if (next.groupBy !== state.groupBy || next.path !== state.path) isolated = undefined;
    state = next;
    problem.hidden = true;
    draw();
  }

  /** Hours lead to no day of those. */
  function askForDays(): void {
    const next = { ...state, path: [] };
    void ask(next, "or_activity", needsKeys(next) ? { aggregate: "by_key" } : {});
  }

  /** What was chosen is shown once its figures have come. Until then, and if they do not, what was drawn stays. */
  async function ask(
    next: ActivityState,
    name: ToolFigures["call"]["name"],
    args: Record<string, unknown>,
  ): Promise<void> {
    asked += 1;
    const mine = asked;
    setReading(true);
    try {
      const answer = await call(name, args);
      if (mine !== asked) return;
      figures = answer;
      setReading(false);
      take(next);
    } catch (error) {
      if (mine !== asked) return;
      setReading(false);
      fail(error);
    }
  }

  function setReading(is: boolean): void {
    if (is) {
      focused = document.activeElement;
      problem.hidden = true;
    }
    reading = is;
    body.classList.toggle("stale", is);
    for (const control of [groupBy, metric, days]) control.disabled = is;
    // What is disabled loses it.
    if (!is) {
      if (focused instanceof HTMLElement && document.activeElement === document.body) focused.focus();
      focused = null;
    }
    tell();
  }

  /** What was drawn before stays, and so does what it was chosen by. */
  function fail(error: unknown): void {
    problem.textContent = error instanceof Error ? error.message : String(error);
    problem.hidden = false;
    groupBy.value = state.groupBy;
    tell();
  }

  function tell(empty = false): void {
    status.textContent = reading ? t("Reading…") : empty ? t("Nothing was spent here.") : "";
  }

  function draw(): void {
    if (!figures) return;
    const { table: spend } = figures;
    const hadFocus = root.contains(document.activeElement);
    if (!possible().includes(state.groupBy)) state = choose(state, { groupBy: possible()[0] ?? "model" });
    const now = spend.current;
    // A single day, or the counters' today, has groups beside each other from the start.
    const only = spend.buckets.length === 1 ? spend.buckets[0] : undefined;
    const shown =
      only !== undefined && !state.path.some((step) => "bucket" in step)
        ? { ...state, path: [{ bucket: only }, ...state.path] }
        : state;
    const view = viewOf(spend, shown);
    const theme = readTheme();
    const series = seriesOf(view.current.groups, TOP, theme);
    const drawing = { view, series, isolated, theme, locale, now };
    body.hidden = false;
    tell(view.current.groups.length === 0);
    fill(groupBy, ...possible().map((dimension) => h("option", { value: dimension }, dimensionName(dimension))));
    groupBy.value = state.groupBy;
    groupByChoice.hidden = possible().length < 2;
    metric.value = state.metric;
    days.hidden = figures.call.name === "or_activity";
    drawPath(nav, {
      ...{ state, locale, start: spanText() },
      onBackTo: (steps) => become(backTo(state, steps)),
      onRemoveScope() {},
    });
    drawHeadline(headline, view, spend, locale);
    canvas.parentElement!.style.height = view.bucket === undefined ? "" : `${60 + 28 * Math.max(2, series.length)}px`;
    chart.draw(drawing);
    canvas.setAttribute("aria-label", spokenChart(drawing));
    legend.hidden = view.bucket !== undefined;
    drawLegend(legend, {
      ...{ series, isolated, metric: state.metric, theme, locale },
      onIsolate(key) {
        isolated = key;
        draw();
      },
    });
    const { inTime, bucketHeader, ...shownFigures } = tableOf(view, spend, shown, locale);
    rowsChoice.hidden = !inTime;
    const choices = { groups: dimensionName(view.dimension), buckets: bucketHeader };
    fill(rows, ...Object.entries(choices).map(([value, text]) => h("option", { value }, text)));
    rows.value = state.rows;
    const byBucket = inTime && state.rows === "buckets";
    drawFiguresTable(table, {
      ...shownFigures,
      ...{ sort: state.sort, metric: state.metric, locale },
      onSort: (sort) => become({ ...state, sort }),
      onOpen: byBucket || into({ id: null, name: "" }) ? ({ group, bucket }) => pick({ group, bucket }) : undefined,
    });
    drawSources(sources, spend, locale);
    // The button of a row that was gone into is no more.
    if (hadFocus && !root.contains(document.activeElement)) frame.focus({ preventScroll: true });
  }

  function spanText(): string {
    const { buckets } = figures!.table;
    const [first, last] = [buckets[0]!, buckets.at(-1)!].map((bucket) =>
      bucketName(bucket.slice(0, 10), locale, "short"),
    );
    return first === last ? first! : t("{0} to {1}", first!, last!);
  }

  return {
    show(shown) {
      asked += 1;
      setReading(false);
      figures = shown;
      const grouped = shown.call.arguments.aggregate;
      const chosen = ({ by_provider: "provider", by_key: "key" } as Record<string, Dimension>)[String(grouped)];
      take({ ...state, groupBy: chosen ?? "model", path: [] });
    },
    fail,
    redraw(changed) {
      if (changed) locale = changed;
      draw();
    },
  };
}
