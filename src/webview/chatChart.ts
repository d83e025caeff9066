// The chat chart: fewer controls than the panel, the same bars, drill-down and table.
import { t } from "@vscode/l10n";
import { type Dimension, dimensions, type Group, type SpendTable } from "../openrouter/spend/model.ts";
import { drawAccount, serverAccountText } from "./accountLine.ts";
import { drawBreadcrumbs } from "./breadcrumbs.ts";
import { createChartBody } from "./chartBody.ts";
import { createChatControls } from "./chatControls.ts";
import { fill, h, keepFocus } from "./dom.ts";
import type { Selection } from "./drawing.ts";
import { spanName } from "./labels.ts";
import {
  type ActivityState,
  backTo,
  changesGroups,
  choose,
  chooseRows,
  currentDimension,
  drill,
  forAccount,
  initialState,
  needsKeys,
} from "./state.ts";
import type { ToolFigures } from "./toolCalls.ts";

/** If figures take longer than this, the tool result's text is shown. */
const TEXT_DELAY_MS = 5_000;

type ToolCall = ToolFigures["call"];

export interface ChatChart {
  show(figures: ToolFigures): void;
  /** Calls a tool and shows its figures, or, if that fails, the given text. */
  read(call: ToolCall, text: string): Promise<void>;
  /** Shows a text instead of the chart. */
  showText(text: string): void;
  fail(error: unknown): void;
  /** Aborts the pending call. */
  stop(): void;
  /** Draws again after a change of theme or language. */
  redraw(locale?: string): void;
}

export type CallTool = (call: ToolCall, signal: AbortSignal) => Promise<ToolFigures>;

export function createChatChart(root: HTMLElement, call: CallTool): ChatChart {
  let figures: ToolFigures | undefined;
  let state: ActivityState = initialState;
  let locale = navigator.language;
  /** Aborts the pending call. */
  let pending = new AbortController();
  let loading = false;
  let focused: Element | null = null;

  const controls = createChatControls({
    onGroupBy: (groupBy) => setState(choose(state, { groupBy })),
    onMetric: (metric) => setState({ ...state, metric }),
    onRows: (rows) => setState(chooseRows(state, rows)),
    onLast30Days: showLast30Days,
  });
  const accountLine = h("p", { class: "account", hidden: true });
  const nav = h("nav", { class: "path", "aria-label": t("Filters and breadcrumbs") });
  const status = h("p", { class: "hint", role: "status" }, t("Waiting for figures…"));
  const problem = h("div", { class: "problem", role: "alert", hidden: true });
  const resultText = h("div", {
    class: "result-text",
    role: "region",
    "aria-label": t("Result"),
    tabindex: "0",
    hidden: true,
  });
  const chartBody = createChartBody({
    groupHeight: 28,
    onPick: pick,
    onSort: (sort) => setState({ ...state, sort }),
    onIsolationChange: draw,
  });
  const body = h(
    "div",
    { class: "body", hidden: true },
    accountLine,
    controls.toolbar,
    nav,
    chartBody.headline,
    chartBody.chart,
    chartBody.legend,
    h("details", {}, h("summary", {}, t("Figures")), controls.rows, chartBody.figures),
    chartBody.sources,
  );
  fill(root, h("h1", { class: "visually-hidden" }, t("OpenRouter Activity")), problem, body, resultText, status);

  /** Returns the dimensions to group by. Keys are read on demand, because that takes one request per key. */
  function availableDimensions(): Dimension[] {
    const loaded = figures?.table.dimensions ?? [];
    const onDemand: Dimension[] = figures?.call.name === "or_activity" ? ["key"] : [];
    return dimensions.filter((dimension) => loaded.includes(dimension) || onDemand.includes(dimension));
  }

  function pick({ bucket, group }: Selection): void {
    if (bucket !== undefined) setState(drill(state, { bucket }));
    else if (group) drillInto(group)?.();
  }

  /** Returns a function that drills into a group; undefined if there are no figures for it. */
  function drillInto({ id, name }: Pick<Group, "id" | "name">): (() => void) | undefined {
    const next = drill(state, { dimension: currentDimension(state), id, name });
    const dimension = currentDimension(next);
    return dimension !== currentDimension(state) && availableDimensions().includes(dimension)
      ? () => setState(next)
      : undefined;
  }

  function setState(next: ActivityState): void {
    if (figures && needsKeys(next) && !figures.table.dimensions.includes("key"))
      void load(next, { name: figures.call.name, arguments: { ...figures.call.arguments, aggregate: "by_key" } });
    else apply(next);
  }

  function apply(next: ActivityState): void {
    if (changesGroups(state, next)) chartBody.showAllSeries();
    state = next;
    problem.hidden = true;
    draw();
  }

  /** Drops the drill-down, whose hours have no equivalent among days. */
  function showLast30Days(): void {
    const next = { ...state, path: [] };
    void load(next, { name: "or_activity", arguments: needsKeys(next) ? { aggregate: "by_key" } : {} });
  }

  /** Shows the new choice once its figures have arrived. Until then, and on failure, the old chart stays. */
  async function load(next: ActivityState, toolCall: ToolCall): Promise<void> {
    try {
      const result = await callTool(toolCall);
      if (!result) return;
      figures = result;
      apply(forAccount(next, idOf(result)));
    } catch (error) {
      fail(error);
    }
  }

  async function read(toolCall: ToolCall, text: string): Promise<void> {
    const timer = setTimeout(() => replaceWithText(text), TEXT_DELAY_MS);
    try {
      const result = await callTool(toolCall);
      if (result) show(result);
    } catch {
      showText(text);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Calls a tool; returns undefined if the call was aborted. */
  async function callTool(toolCall: ToolCall): Promise<ToolFigures | undefined> {
    stop();
    const { signal } = pending;
    setLoading(true);
    try {
      const result = await call(toolCall, signal);
      return signal.aborted ? undefined : result;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      if (!signal.aborted) finish();
    }
  }

  function stop(): void {
    pending.abort();
    finish();
  }

  /** Replaces the controller: aborting it after the call has ended would still notify the host. */
  function finish(): void {
    pending = new AbortController();
    setLoading(false);
  }

  function setLoading(isLoading: boolean): void {
    if (isLoading) {
      focused = document.activeElement;
      problem.hidden = true;
    }
    loading = isLoading;
    body.classList.toggle("stale", isLoading);
    controls.disable(isLoading);
    // Disabled elements lose the focus.
    if (!isLoading) {
      if (focused instanceof HTMLElement && document.activeElement === document.body) focused.focus();
      focused = null;
    }
    showStatus();
  }

  function show(next: ToolFigures): void {
    stop();
    figures = next;
    const grouped = next.call.arguments.aggregate;
    const chosen = ({ by_provider: "provider", by_key: "key" } as Record<string, Dimension>)[String(grouped)];
    apply({ ...state, accountId: idOf(next), groupBy: chosen ?? "model", path: [] });
  }

  function showText(text: string): void {
    stop();
    problem.hidden = true;
    replaceWithText(text);
  }

  /** Replaces everything else, which belongs to another tool result. */
  function replaceWithText(text: string): void {
    figures = undefined;
    body.hidden = true;
    resultText.textContent = text;
    resultText.hidden = false;
    showStatus();
  }

  /** Shows an error; the old chart and its choices stay. */
  function fail(error: unknown): void {
    stop();
    resultText.hidden = true;
    problem.textContent = error instanceof Error ? error.message : String(error);
    problem.hidden = false;
    controls.resetGroupBy(state.groupBy);
  }

  function showStatus(isEmpty = false): void {
    status.textContent = loading ? t("Loading…") : isEmpty ? t("No spend to show.") : "";
  }

  function draw(): void {
    if (figures) keepFocus(root, chartBody.figures, () => drawAll(figures!));
  }

  function drawAll({ table: spend, call: { name }, account }: ToolFigures): void {
    const choices = availableDimensions();
    if (!choices.includes(state.groupBy)) state = choose(state, { groupBy: choices[0] ?? "model" });
    body.hidden = false;
    resultText.hidden = true;
    drawAccount(accountLine, serverAccountText(account));
    controls.show(state, choices, name === "or_activity");
    drawBreadcrumbs(nav, {
      state,
      locale,
      start: spanName(spend.buckets[0]!, spend.buckets.at(-1)!, locale, "short"),
      onBackTo: (steps) => setState(backTo(state, steps)),
      onRemoveScope() {},
    });
    const opensGroups = drillInto({ id: null, name: "" }) !== undefined;
    const content = { spend, state: drillIntoOnlyBucket(state, spend), locale, opensGroups };
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

/** Without a window, all calls use the key from the server's environment. */
function idOf({ account }: ToolFigures): string {
  return account?.id ?? "";
}

/** Drills into the only bucket of a table (a single day, or today's counters), so that its groups are shown side by side. */
function drillIntoOnlyBucket(state: ActivityState, { buckets }: SpendTable): ActivityState {
  const [only, ...others] = buckets;
  if (only === undefined || others.length > 0 || state.path.some((step) => "bucket" in step)) return state;
  return { ...state, path: [{ bucket: only }, ...state.path] };
}
