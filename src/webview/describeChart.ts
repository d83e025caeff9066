import { t } from "@vscode/l10n";
import type { Drawing } from "./drawing.ts";
import { amount } from "./labels.ts";
import { seriesTotal } from "./series.ts";
import { shortNames } from "./shortNames.ts";

/** Describes the chart for screen readers. */
export function describeChart({ view, series, locale }: Drawing): string {
  const { metric } = view.query;
  const largest = series.slice(0, 3);
  const names = shortNames(largest.map(({ name }) => name));
  const texts = largest.map((one, i) => `${names[i]} ${amount(seriesTotal(one), metric, locale)}`);
  return t("Chart: {0}. The figures are in the table below.", texts.join(", ") || t("no spend"));
}
