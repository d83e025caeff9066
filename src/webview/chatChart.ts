// The chart in a chat: less to choose than in the panel, the same bars, drill-down and table.
import { t } from "@vscode/l10n";
import { type Dimension, dimensions, type Group, type SpendTable } from "../openrouter/spend/model.ts";
import { drawBreadcrumbs } from "./breadcrumbs.ts";
import { createChartBody } from "./chartBody.ts";
import { createChatControls } from "./chatControls.ts";
import { fill, h, keepFocus } from "./dom.ts";
import type { Selection } from "./drawing.ts";
import { bucketName } from "./labels.ts";
import {
  type ActivityState,
  backTo,
  changesGroups,
  choose,
  chooseRows,
  currentDimension,
  drill,
  initialState,
  needsKeys,
} from "./state.ts";
import type { ToolFigures } from "./toolCalls.ts";

const TOP = 6;
/** An answer's text stands in for figures that take longer. */
const PATIENCE_MS = 5_000;

type ToolCall = ToolFigures["call"];

export interface ChatChart {
  show(figures: ToolFigures): void;
  /** Calls a tool for the figures of its answer, and shows the answer's text where there are none. */
  read(call: ToolCall, text: string): Promise<void>;
  /** Shows an answer's text in place of a chart. */
  showText(text: string): void;
  fail(error: unknown): void;
  /** Aborts the call under way. */
  stop(): void;
  /** The theme, or the reader's language, is another. */
  redraw(locale?: string): void;
}

export type Call = (call: ToolCall, signal: AbortSignal) => Promise<ToolFigures>;

export function createChatChart(root: HTMLElement, call: Call): ChatChart {
  let figures: ToolFigures | undefined;
  let state: ActivityState = { ...initialState, top: TOP };
  let locale = navigator.language;
  /** Of the call under way. */
  let underWay = new AbortController();
  let reading = false;
  let focused: Element | null = null;

  const controls = createChatControls({
    onGroupBy: (groupBy) => become(choose(state, { groupBy })),
    onMetric: (metric) => become({ ...state, metric }),
    onRows: (rows) => become(chooseRows(state, rows)),
    onDays: askForDays,
  });
  const nav = h("nav", { class: "path", "aria-label": t("Where you are") });
  const status = h("p", { class: "hint", role: "status" }, t("Waiting for figures…"));
  const problem = h("div", { class: "problem", role: "alert", hidden: true });
  const words = h("div", { class: "words", role: "region", "aria-label": t("Answer"), tabindex: "0", hidden: true });
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
  fill(root, h("h1", { class: "visually-hidden" }, t("OpenRouter Activity")), problem, body, words, status);

  /** Keys are read only on demand: that takes one request per key. */
  function possible(): Dimension[] {
    const read = figures?.table.dimensions ?? [];
    const further: Dimension[] = figures?.call.name === "or_activity" ? ["key"] : [];
    return dimensions.filter((dimension) => read.includes(dimension) || further.includes(dimension));
  }

  function pick({ bucket, group }: Selection): void {
    if (bucket !== undefined) become(drill(state, { bucket }));
    else if (group) into(group)?.();
  }

  /** Goes into a group; undefined if there are no figures of what is in it. */
  function into({ id, name }: Pick<Group, "id" | "name">): (() => void) | undefined {
    const next = drill(state, { dimension: currentDimension(state), id, name });
    const dimension = currentDimension(next);
    return dimension !== currentDimension(state) && possible().includes(dimension) ? () => become(next) : undefined;
  }

  function become(next: ActivityState): void {
    if (figures && needsKeys(next) && !figures.table.dimensions.includes("key"))
      void ask(next, { name: figures.call.name, arguments: { ...figures.call.arguments, aggregate: "by_key" } });
    else take(next);
  }

  function take(next: ActivityState): void {
    if (changesGroups(state, next)) chartBody.showAllSeries();
    state = next;
    problem.hidden = true;
    draw();
  }

  /** Hourly drill-down steps have no equivalent among days. */
  function askForDays(): void {
    const next = { ...state, path: [] };
    void ask(next, { name: "or_activity", arguments: needsKeys(next) ? { aggregate: "by_key" } : {} });
  }

  /** Shows the new choice once its figures have arrived; until then, and on failure, the old chart stays. */
  async function ask(next: ActivityState, toolCall: ToolCall): Promise<void> {
    try {
      const answer = await answerTo(toolCall);
      if (!answer) return;
      figures = answer;
      take(next);
    } catch (error) {
      fail(error);
    }
  }

  async function read(toolCall: ToolCall, text: string): Promise<void> {
    const late = setTimeout(() => showWords(text), PATIENCE_MS);
    try {
      const answer = await answerTo(toolCall);
      if (answer) show(answer);
    } catch {
      showText(text);
    } finally {
      clearTimeout(late);
    }
  }

  /** Calls a tool; undefined if the call was aborted, whatever became of it. */
  async function answerTo(toolCall: ToolCall): Promise<ToolFigures | undefined> {
    stop();
    const { signal } = underWay;
    setReading(true);
    try {
      const answer = await call(toolCall, signal);
      return signal.aborted ? undefined : answer;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      if (!signal.aborted) finish();
    }
  }

  function stop(): void {
    underWay.abort();
    finish();
  }

  /** To abort a call that is over would be told to the host. */
  function finish(): void {
    underWay = new AbortController();
    setReading(false);
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

  function show(shown: ToolFigures): void {
    stop();
    figures = shown;
    const grouped = shown.call.arguments.aggregate;
    const chosen = ({ by_provider: "provider", by_key: "key" } as Record<string, Dimension>)[String(grouped)];
    take({ ...state, groupBy: chosen ?? "model", path: [] });
  }

  function showText(text: string): void {
    stop();
    problem.hidden = true;
    showWords(text);
  }

  /** Whatever else the page showed belongs to another answer. */
  function showWords(text: string): void {
    figures = undefined;
    body.hidden = true;
    words.textContent = text;
    words.hidden = false;
    showStatus();
  }

  /** The old chart stays, and so do its choices. */
  function fail(error: unknown): void {
    stop();
    words.hidden = true;
    problem.textContent = error instanceof Error ? error.message : String(error);
    problem.hidden = false;
    controls.resetGroupBy(state.groupBy);
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
    words.hidden = true;
    controls.show(state, choices, name === "or_activity");
    drawBreadcrumbs(nav, {
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
    ...{ show, read, showText, fail, stop },
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
