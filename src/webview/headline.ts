import { t } from "@vscode/l10n";
import { type Metric, metricValue, type SpendTable } from "../openrouter/spend/model.ts";
import { formatExactMoney, formatMoney } from "../openrouter/text/format.ts";
import { fill, h } from "./dom.ts";
import { amount, exactAmount, gapsText, percent } from "./labels.ts";
import type { View } from "./state.ts";
import { knownMeasures } from "./tableRows.ts";

/** Draws the total, its BYOK part, and the comparison with the previous period. */
export function drawHeadline(element: HTMLElement, view: View, table: SpendTable, locale: string): void {
  const { metric } = view.query;
  const { total, known } = view.current;
  const figure = metricValue(total, metric);
  const unknown = known.every((isKnown) => !isKnown);
  const byok = knownMeasures(table, view.query.from ?? 0, view.query.to ?? table.buckets.length).byok_cost;
  const missing = gapsText(view.current, table.current);
  fill(
    element,
    h(
      "span",
      {
        class: "figure",
        title: unknown ? "" : exactAmount(figure, metric, locale),
        "data-value": unknown ? undefined : figure,
      },
      unknown ? t("unknown") : amount(figure, metric, locale),
    ),
    h("span", { class: "unit" }, unitText(metric)),
    metric === "cost" &&
      !unknown &&
      h(
        "span",
        { class: "aside", title: byok ? formatExactMoney(total.byok_cost, locale) : "" },
        byok ? t("including {0} BYOK", formatMoney(total.byok_cost, locale)) : t("BYOK share unknown"),
      ),
    !unknown && missing !== undefined && h("span", { class: "note" }, missing),
    comparison(view, locale),
  );
}

/** Returns the unit, which the formatted figure doesn't spell out. */
function unitText(metric: Metric): string {
  return { cost: t("USD, credits and BYOK"), requests: t("requests"), tokens: t("prompt and completion tokens") }[
    metric
  ];
}

function comparison({ comparison, previous, query, current }: View, locale: string): HTMLElement | false {
  if (!previous) return false;
  if (!comparison) return h("span", { class: "aside" }, t("The previous period is incomplete."));
  const before = amount(comparison.previous, query.metric, locale);
  const hours = current.buckets[0]?.includes("T");
  const span = hours
    ? t("vs. {1} yesterday ({0} completed hours each)", comparison.buckets, before)
    : t("vs. {1} in the previous period ({0} completed days each)", comparison.buckets, before);
  const change = comparison.previous > 0 ? comparison.current / comparison.previous - 1 : undefined;
  const sign = change === undefined ? "" : change >= 0 ? "▲ " : "▼ ";
  return h(
    "span",
    { class: "aside comparison", title: exactAmount(comparison.current, query.metric, locale) },
    `${sign}${change === undefined ? "" : `${percent(Math.abs(change), locale)} `}${span}`,
  );
}
