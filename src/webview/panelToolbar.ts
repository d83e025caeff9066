// The toolbar above the panel's table: rows, copy, export.
import { t } from "@vscode/l10n";
import type { DrawnChart } from "./chartBody.ts";
import { fill, h } from "./dom.ts";
import type { ActivityState } from "./state.ts";

export interface PanelToolbar {
  element: HTMLElement;
  show(rows: ActivityState["rows"], choices: DrawnChart["rowChoices"], canExplain: boolean): void;
}

export interface PanelToolbarOptions {
  onRows(rows: ActivityState["rows"]): void;
  onExplain(): void;
  onAsk(): void;
  onCopy(): void;
  onExport(format: "csv" | "json"): void;
}

export function createPanelToolbar({ onRows, onExplain, onAsk, onCopy, onExport }: PanelToolbarOptions): PanelToolbar {
  const rowsChoice = h("div", { class: "ranges", role: "group", "aria-label": t("Table rows") });
  const button = (text: string, click: () => void) => h("vscode-button", { secondary: true, on: { click } }, text);
  const explain = button(t("Explain This Change"), onExplain);
  return {
    element: h(
      "div",
      { class: "toolbar" },
      rowsChoice,
      explain,
      button(t("Ask Agent About This"), onAsk),
      button(t("Copy"), onCopy),
      button(t("Export CSV…"), () => onExport("csv")),
      button(t("Export JSON…"), () => onExport("json")),
    ),
    show(rows, choices, canExplain) {
      explain.hidden = !canExplain;
      rowsChoice.hidden = choices === undefined;
      if (choices) fill(rowsChoice, ...(["groups", "buckets"] as const).map((each) => choice(each, choices[each])));

      function choice(each: ActivityState["rows"], text: string): HTMLElement {
        const attributes = {
          secondary: rows !== each,
          "aria-pressed": String(rows === each),
          "data-id": `rows-${each}`,
          // Set from the start, so that it can receive the focus of the button that it replaces.
          tabindex: 0,
          on: { click: () => onRows(each) },
        };
        return h("vscode-button", attributes, text);
      }
    },
  };
}
