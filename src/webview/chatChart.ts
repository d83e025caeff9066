// The chart in a chat: less to choose than in the panel, the same bars, drill-down and table.
import { t } from "@vscode/l10n";
import { type Dimension, dimensions, type Group, type SpendTable } from "../openrouter/spend/model.ts";
import { createChartBody } from "./chartBody.ts";
import { createChatControls } from "./chatControls.ts";
import { fill, h, keepFocus } from "./dom.ts";
import type { Picked } from "./drawing.ts";
import { bucketName } from "./labels.ts";
import { drawPath } from "./path.ts";
import {
  type ActivityState,
  backTo,
  choose,
  drill,
  initialState,
  isElsewhere,
  needsKeys,
  shownDimension,
  showRows,
} from "./state.ts";
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
  let locale = navigator.language;
  /** The number of the newest call; answers to earlier ones are ignored. */
  let asked = 0;
  let reading = false;
  let focused: Element | null = null;

  const controls = createChatControls({
    onGroupBy: (groupBy) => become(choose(state, { groupBy })),
    onMetric: (metric) => become({ ...state, metric }),
    onRows: (rows) => become(showRows(state, rows)),
    onDays: askForDays,
  });
  const nav = h("nav", { class: "path", "aria-label": t("Where you are") });
  const status = h("p", { class: "hint", role: "status" }, t("Waiting for figures…"));
  const problem = h("div", { class: "problem", role: "alert", hidden: true });
  const chartBody = createChartBody({
    groupHeight: 28,
    onPick: pick,
    onSort: (sort) => become({ ...state, sort }),
    onIsolate: draw,
  });
  const body = h(
    "div",
    { class: "body", hidden: true },
    controls.toolbar,
    nav,
    chartBody.headline,
    chartBody.chart,
    chartBody.legend,
    h("details", {}, h("summary", {}, t("Figures")), controls.rows, chartBody.figures),
    chartBody.sources,
  );
  fill(root, h("h1", { class: "visually-hidden" }, t("OpenRouter Activity")), problem, body, status);

  /** Keys are read only on demand: that takes one request per key. */
  function possible(): Dimension[] {
    const read = figures?.table.dimensions ?? [];
    const further: Dimension[] = figures?.call.name === "or_activity" ? ["key"] : [];
    return dimensions.filter((dimension) => read.includes(dimension) || further.includes(dimension));
  }

  function pick({ bucket, group }: Picked): void {
    if (bucket !== undefined) become(drill(state, { bucket }));
    else if (group) into(group)?.();
  }

  /** Goes into a group; undefined if there are no figures of what is in it. */
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
    if (isElsewhere(state, next)) chartBody.showAllSeries();
    state = next;
    problem.hidden = true;
    draw();
  }

  /** Hourly drill-down steps have no equivalent among days. */
  function askForDays(): void {
    const next = { ...state, path: [] };
    void ask(next, "or_activity", needsKeys(next) ? { aggregate: "by_key" } : {});
  }

  /** Shows the new choice once its figures have arrived; until then, and on failure, the old chart stays. */
  async function ask(
    next: ActivityState,
    name: ToolFigures["call"]["name"],
    args: Record<string, unknown>,
  ): Promise<void> {
    asked += 1;
    const own = asked;
    setReading(true);
    try {
      const answer = await call(name, args);
      if (own !== asked) return;
      figures = answer;
      setReading(false);
      take(next);
    } catch (error) {
      if (own !== asked) return;
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
    controls.disable(is);
    // A disabled element loses the focus.
    if (!is) {
      if (focused instanceof HTMLElement && document.activeElement === document.body) focused.focus();
      focused = null;
    }
    showStatus();
  }

  /** The old chart stays, and so do its choices. */
  function fail(error: unknown): void {
    problem.textContent = error instanceof Error ? error.message : String(error);
    problem.hidden = false;
    controls.resetGroupBy(state.groupBy);
    showStatus();
  }

  function showStatus(isEmpty = false): void {
    status.textContent = reading ? t("Reading…") : isEmpty ? t("Nothing was spent here.") : "";
  }

  function draw(): void {
    if (figures) keepFocus(root, chartBody.figures, () => drawAll(figures!));
  }

  function drawAll({ table: spend, call: { name } }: ToolFigures): void {
    const choices = possible();
    if (!choices.includes(state.groupBy)) state = choose(state, { groupBy: choices[0] ?? "model" });
    body.hidden = false;
    controls.show(state, choices, name === "or_activity");
    drawPath(nav, {
      state,
      locale,
      start: spanText(spend, locale),
      onBackTo: (steps) => become(backTo(state, steps)),
      onRemoveScope() {},
    });
    const opensGroups = into({ id: null, name: "" }) !== undefined;
    const content = { spend, state: inOnlyBucket(state, spend), top: TOP, locale, opensGroups };
    const { view, rowChoices } = chartBody.drawChart(content);
    controls.showRows(state.rows, rowChoices);
    showStatus(view.current.groups.length === 0);
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

/** A single day, or the counters' today, has groups beside each other from the start. */
function inOnlyBucket(state: ActivityState, { buckets }: SpendTable): ActivityState {
  const [only, ...others] = buckets;
  if (only === undefined || others.length > 0 || state.path.some((step) => "bucket" in step)) return state;
  return { ...state, path: [{ bucket: only }, ...state.path] };
}

function spanText({ buckets }: SpendTable, locale: string): string {
  const [first, last] = [buckets[0]!, buckets.at(-1)!].map((bucket) =>
    bucketName(bucket.slice(0, 10), locale, "short"),
  );
  return first === last ? first! : t("{0} to {1}", first!, last!);
}
