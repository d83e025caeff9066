// The spend chart in the chat: fewer controls than the panel, the same bars, drill-down and table.
import { t } from "@vscode/l10n";
import { type Dimension, dimensions, type Group, type SpendTable } from "../openrouter/spend/model.ts";
import { drawBreadcrumbs } from "./breadcrumbs.ts";
import { createChartBody } from "./chartBody.ts";
import { createChatControls } from "./chatControls.ts";
import { h } from "./dom.ts";
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
import type { SpendFigures, ToolCall } from "./toolCalls.ts";

export interface ChatChartOptions {
  /** Calls a tool; returns undefined if that failed or was aborted. */
  read(call: ToolCall): Promise<SpendFigures | undefined>;
  /** Called when the user changed a choice; must draw the chart again. */
  onChange(): void;
}

export interface ChatChart {
  parts: readonly HTMLElement[];
  /** The table of figures; gets the focus when the focused element is removed. */
  figures: HTMLElement;
  /** Takes over the figures of a tool result and draws them by `onChange`. */
  show(figures: SpendFigures): void;
  draw(locale: string): { isEmpty: boolean };
  disable(isDisabled: boolean): void;
  /** Restores the choices of the figures that are shown. */
  resetChoices(): void;
}

export function createChatChart({ read, onChange }: ChatChartOptions): ChatChart {
  let figures: SpendFigures | undefined;
  let state: ActivityState = initialState;

  const controls = createChatControls({
    onGroupBy: (groupBy) => setState(choose(state, { groupBy })),
    onMetric: (metric) => setState({ ...state, metric }),
    onRows: (rows) => setState(chooseRows(state, rows)),
    onLast30Days: showLast30Days,
  });
  const nav = h("nav", { class: "path", "aria-label": t("Filters and breadcrumbs") });
  const chartBody = createChartBody({
    groupHeight: 28,
    onPick: pick,
    onSort: (sort) => setState({ ...state, sort }),
    onIsolationChange: onChange,
  });

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
    onChange();
  }

  /** Drops the drill-down, whose hours have no equivalent among days. */
  function showLast30Days(): void {
    const next = { ...state, path: [] };
    void load(next, { name: "or_activity", arguments: needsKeys(next) ? { aggregate: "by_key" } : {} });
  }

  /** Shows the new choice once its figures have arrived. Until then, and on failure, the old chart stays. */
  async function load(next: ActivityState, toolCall: ToolCall): Promise<void> {
    const result = await read(toolCall);
    if (!result) return;
    figures = result;
    apply(forAccount(next, idOf(result)));
  }

  function draw(locale: string): { isEmpty: boolean } {
    if (!figures) return { isEmpty: true };
    const { table: spend, call } = figures;
    const choices = availableDimensions();
    if (!choices.includes(state.groupBy)) state = choose(state, { groupBy: choices[0] ?? "model" });
    controls.show(state, choices, call.name === "or_activity");
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
    return { isEmpty: view.current.groups.length === 0 };
  }

  return {
    parts: [
      controls.toolbar,
      nav,
      chartBody.headline,
      chartBody.chart,
      chartBody.legend,
      h("details", {}, h("summary", {}, t("Figures")), controls.rows, chartBody.figures),
      chartBody.sources,
    ],
    figures: chartBody.figures,
    show(next) {
      figures = next;
      const grouped = next.call.arguments.aggregate;
      const chosen = ({ by_provider: "provider", by_key: "key" } as Record<string, Dimension>)[String(grouped)];
      apply({ ...state, accountId: idOf(next), groupBy: chosen ?? "model", path: [] });
    },
    draw,
    disable: controls.disable,
    resetChoices: () => controls.resetGroupBy(state.groupBy),
  };
}

/** Without a window, all calls use the key from the server's environment. */
function idOf({ account }: SpendFigures): string {
  return account?.id ?? "";
}

/** Drills into the only bucket of a table (a single day, or today's counters), so that its groups are shown side by side. */
function drillIntoOnlyBucket(state: ActivityState, { buckets }: SpendTable): ActivityState {
  const [only, ...others] = buckets;
  if (only === undefined || others.length > 0 || state.path.some((step) => "bucket" in step)) return state;
  return { ...state, path: [{ bucket: only }, ...state.path] };
}
