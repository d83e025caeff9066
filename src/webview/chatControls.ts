// The controls of the chat chart: native elements, which work in any host.
import { t } from "@vscode/l10n";
import { type Dimension, type Metric, metrics } from "../openrouter/spend/model.ts";
import type { DrawnChart } from "./chartBody.ts";
import { fill, h } from "./dom.ts";
import { dimensionName, metricName } from "./labels.ts";
import type { ActivityState } from "./state.ts";

export interface ChatControlsOptions {
  onGroupBy(dimension: Dimension): void;
  onMetric(metric: Metric): void;
  onRows(rows: ActivityState["rows"]): void;
  /** Called when the user requests the last 30 days. */
  onLast30Days(): void;
}

export interface ChatControls {
  toolbar: HTMLElement;
  /** Selects the table's rows: groups, or days or hours. */
  rows: HTMLElement;
  /** @param hasDays true if the last 30 days are shown already */
  show(state: ActivityState, possible: readonly Dimension[], hasDays: boolean): void;
  showRows(rows: ActivityState["rows"], choices: DrawnChart["rowChoices"]): void;
  /** Restores the previous choice after a failure. */
  resetGroupBy(dimension: Dimension): void;
  disable(isDisabled: boolean): void;
}

export function createChatControls({ onGroupBy, onMetric, onRows, onLast30Days }: ChatControlsOptions): ChatControls {
  const groupBy = h("select", { on: { change: () => onGroupBy(groupBy.value as Dimension) } });
  const metric = h(
    "select",
    { on: { change: () => onMetric(metric.value as Metric) } },
    ...metrics.map((each) => h("option", { value: each }, metricName(each))),
  );
  const rows = h("select", { on: { change: () => onRows(rows.value as ActivityState["rows"]) } });
  const days = h("button", { type: "button", on: { click: onLast30Days } }, t("Last 30 days"));
  const labeled = (text: string, element: HTMLElement) => h("label", { class: "choice" }, text, element);
  const groupByChoice = labeled(t("Group by"), groupBy);
  const rowsChoice = labeled(t("Rows"), rows);
  return {
    toolbar: h("div", { class: "toolbar" }, groupByChoice, labeled(t("Metric"), metric), days),
    rows: rowsChoice,
    show(state, possible, hasDays) {
      fill(groupBy, ...possible.map((dimension) => h("option", { value: dimension }, dimensionName(dimension))));
      groupBy.value = state.groupBy;
      groupByChoice.hidden = possible.length < 2;
      metric.value = state.metric;
      days.hidden = hasDays;
    },
    showRows(shown, choices) {
      rowsChoice.hidden = choices === undefined;
      if (!choices) return;
      fill(rows, ...Object.entries(choices).map(([value, text]) => h("option", { value }, text)));
      rows.value = shown;
    },
    resetGroupBy(dimension) {
      groupBy.value = dimension;
    },
    disable(isDisabled) {
      for (const control of [groupBy, metric, days]) control.disabled = isDisabled;
    },
  };
}
