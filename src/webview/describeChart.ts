import { t } from "@vscode/l10n";
import type { Drawing } from "./drawing.ts";
import { amount } from "./labels.ts";
import { seriesTotal } from "./series.ts";

/** Describes the chart for screen readers. */
export function describeChart({ view, series, locale }: Drawing): string {
  const { metric } = view.query;
  const largest = series.slice(0, 3).map((one) => `${one.name} ${amount(seriesTotal(one), metric, locale)}`);
  return t("Chart: {0}. The figures are in the table below.", largest.join(", ") || t("no spend"));
}
