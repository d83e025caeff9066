// The toolbar above the panel's table: rows, copy, export.
import { t } from "@vscode/l10n";
import type { DrawnChart } from "./chartBody.ts";
import { fill, h } from "./dom.ts";
import type { ActivityState } from "./state.ts";

export interface PanelToolbar {
  element: HTMLElement;
  /** @param can the buttons to show */
  show(
    rows: ActivityState["rows"],
    choices: DrawnChart["rowChoices"],
    can: { explain: boolean; compareModels: boolean },
  ): void;
}

export interface PanelToolbarOptions {
  onRows(rows: ActivityState["rows"]): void;
  onExplain(): void;
  onAsk(): void;
  onCompareModels(): void;
  onCopy(): void;
  onExport(format: "csv" | "json"): void;
}

export function createPanelToolbar(options: PanelToolbarOptions): PanelToolbar {
  const rowsChoice = h("div", { class: "ranges", role: "group", "aria-label": t("Table rows") });
  const button = (text: string, click: () => void) => h("vscode-button", { secondary: true, on: { click } }, text);
  const explain = button(t("Explain This Change"), options.onExplain);
  const compareModels = button(t("Compare Other Models"), options.onCompareModels);
  return {
    element: h(
      "div",
      { class: "toolbar" },
      rowsChoice,
      explain,
      button(t("Ask Agent About This"), options.onAsk),
      compareModels,
      button(t("Copy"), options.onCopy),
      button(t("Export CSV…"), () => options.onExport("csv")),
      button(t("Export JSON…"), () => options.onExport("json")),
    ),
    show(rows, choices, can) {
      explain.hidden = !can.explain;
      compareModels.hidden = !can.compareModels;
      rowsChoice.hidden = choices === undefined;
      if (choices) fill(rowsChoice, ...(["groups", "buckets"] as const).map((each) => choice(each, choices[each])));

      function choice(each: ActivityState["rows"], text: string): HTMLElement {
        const attributes = {
          secondary: rows !== each,
          "aria-pressed": String(rows === each),
          "data-id": `rows-${each}`,
          // Set from the start, so that it can receive the focus of the button that it replaces.
          tabindex: 0,
          on: { click: () => options.onRows(each) },
        };
        return h("vscode-button", attributes, text);
      }
    },
  };
}
