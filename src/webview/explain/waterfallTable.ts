// The steps of the waterfall as a table that works with keyboard and screen reader.
import { t } from "@vscode/l10n";
import { fill, h } from "../dom.ts";
import { exactStepAmount, factorHelp, signedPercent, stepAmount } from "./explainLabels.ts";
import { isTotal, type WaterfallStep } from "./steps.ts";

export interface WaterfallTableOptions {
  caption: string;
  steps: readonly WaterfallStep[];
  names: readonly string[];
  /** USD: the sum of what the factors add. */
  difference: number;
  locale: string;
}

export function drawWaterfallTable(table: HTMLTableElement, options: WaterfallTableOptions): void {
  const { caption, steps, names, difference, locale } = options;
  const rows = steps.map((step, i) => {
    const { kind, value } = step;
    const amount = h(
      "td",
      { class: "number", title: exactStepAmount(step, locale), "data-value": value },
      stepAmount(step, locale),
    );
    if (isTotal(kind)) return row(names[i]!, undefined, amount, "");
    return row(names[i]!, factorHelp(kind), amount, difference === 0 ? "–" : signedPercent(value / difference, locale));
  });
  const column = (text: string, kind: "name" | "number") =>
    h("th", { scope: "col", class: kind }, h("span", { class: "column" }, text));
  fill(
    table,
    h("caption", { class: "visually-hidden" }, caption),
    h("thead", {}, h("tr", {}, column(t("Reason"), "name"), column(t("Cost"), "number"), column(t("Share"), "number"))),
    h("tbody", {}, ...rows.slice(0, -1)),
    h("tfoot", {}, ...rows.slice(-1)),
  );
}

function row(name: string, help: string | undefined, amount: HTMLElement, share: string): HTMLElement {
  const label = h("th", { scope: "row", class: "name" }, name, help && h("span", { class: "help" }, help));
  return h("tr", {}, label, amount, h("td", { class: "number" }, share));
}
