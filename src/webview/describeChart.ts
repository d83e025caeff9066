import { t } from "@vscode/l10n";
import { dropFloatNoise } from "../openrouter/text/figures.ts";
import type { Drawing } from "./drawing.ts";
import { amount } from "./labels.ts";

/** Describes the chart for screen readers. */
export function describeChart({ view, series, locale }: Drawing): string {
  const { metric } = view.query;
  const largest = series.slice(0, 3).map(({ name, values }) => {
    const total = dropFloatNoise(values.reduce((sum, value) => sum + value, 0));
    return `${name} ${amount(total, metric, locale)}`;
  });
  return t("Chart: {0}. The figures are in the table below.", largest.join(", ") || t("no spend"));
}
