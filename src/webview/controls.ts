// The controls above the panel's chart.
import "@vscode-elements/elements/dist/vscode-button/index.js";
import "@vscode-elements/elements/dist/vscode-checkbox/index.js";
import "@vscode-elements/elements/dist/vscode-option/index.js";
import "@vscode-elements/elements/dist/vscode-single-select/index.js";
import { t } from "@vscode/l10n";
import type { VscodeCheckbox } from "@vscode-elements/elements/dist/vscode-checkbox/index.js";
import type { VscodeSingleSelect } from "@vscode-elements/elements/dist/vscode-single-select/index.js";
import { canCompare, dimensions, metrics, ranges } from "../openrouter/spend/model.ts";
import { h } from "./dom.ts";
import { dimensionName, metricName, rangeName } from "./labels.ts";
import { TOP_COUNTS, type Top } from "./seriesCount.ts";
import type { ActivityState } from "./state.ts";

const topChoices: readonly Top[] = ["auto", ...TOP_COUNTS];

export interface Controls {
  element: HTMLElement;
  show(state: ActivityState): void;
}

export function createControls(onChange: (change: Partial<ActivityState>) => void, onRefresh: () => void): Controls {
  const rangeButtons = ranges.map((range) =>
    h("vscode-button", { on: { click: () => onChange({ range }) } }, rangeName(range)),
  );
  const groupBy = select(
    t("Group by"),
    dimensions.map((dimension) => [dimension, dimensionName(dimension)]),
    (value) => onChange({ groupBy: value as ActivityState["groupBy"] }),
  );
  const metric = select(
    t("Metric"),
    metrics.map((each) => [each, metricName(each)]),
    (value) => onChange({ metric: value as ActivityState["metric"] }),
  );
  const top = select(
    t("Show"),
    topChoices.map((top) => [String(top), top === "auto" ? t("Auto") : t("Top {0}", top)]),
    (value) => onChange({ top: topChoices.find((top) => String(top) === value) }),
  );
  const compare = h("vscode-checkbox", {
    label: t("Compare"),
    title: t("Compare with the previous period"),
    on: { change: () => onChange({ compare: (compare as VscodeCheckbox).checked }) },
  });
  const refresh = h("vscode-button", { secondary: true, on: { click: onRefresh } }, t("Refresh"));
  return {
    element: h(
      "div",
      { class: "controls" },
      h("div", { class: "ranges", role: "group", "aria-label": t("Range") }, ...rangeButtons),
      groupBy.element,
      metric.element,
      top.element,
      compare,
      refresh,
    ),
    show(state) {
      for (const [i, range] of ranges.entries()) {
        const on = range === state.range;
        rangeButtons[i]!.toggleAttribute("secondary", !on);
        rangeButtons[i]!.setAttribute("aria-pressed", String(on));
      }
      groupBy.set(state.groupBy);
      metric.set(state.metric);
      top.set(String(state.top));
      const possible = canCompare(state.range);
      (compare as VscodeCheckbox).checked = state.compare && possible;
      (compare as VscodeCheckbox).disabled = !possible;
      compare.title = possible
        ? t("Compare with the previous period")
        : t("OpenRouter's analytics don't go back far enough for a comparison");
    },
  };
}

function select(label: string, options: (readonly [value: string, text: string])[], onChange: (value: string) => void) {
  const element = h(
    "vscode-single-select",
    { label, on: { change: () => onChange((element as VscodeSingleSelect).value) } },
    ...options.map(([value, text]) => h("vscode-option", { value }, text)),
  );
  element.style.setProperty("--longest", String(Math.max(...options.map(([, text]) => text.length))));
  return {
    element: h(
      "div",
      { class: "choice", title: label },
      h("span", { class: "choice-label", "aria-hidden": "true" }, label),
      element,
    ),
    set: (value: string) => {
      // Avoids rendering the list again on every assignment.
      if ((element as VscodeSingleSelect).value !== value) (element as VscodeSingleSelect).value = value;
    },
  };
}
