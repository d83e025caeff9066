import { t } from "@vscode/l10n";
import { formatExactMoney, formatMoney } from "../../openrouter/text/format.ts";
import { fill, h } from "../dom.ts";
import { bucketName } from "../labels.ts";
import type { ForecastDay } from "./forecastDays.ts";

/** Draws one row per day; the column of what was spent only if that is known of a day. */
export function drawForecastTable(table: HTMLElement, days: readonly ForecastDay[], locale: string): void {
  const hasSpent = days.some(({ spent }) => spent !== undefined);
  const column = (text: string, kind: "name" | "number") => h("th", { scope: "col", class: kind }, text);
  const money = (usd: number | undefined) =>
    usd === undefined
      ? h("td", { class: "number" }, "–")
      : h("td", { class: "number", title: formatExactMoney(usd, locale), "data-value": usd }, formatMoney(usd, locale));
  fill(
    table,
    h("caption", { class: "visually-hidden" }, t("Spend by day, with the forecast")),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        column(t("Day (UTC)"), "name"),
        hasSpent && column(t("Spent"), "number"),
        column(t("Low (10%)"), "number"),
        column(t("Middle"), "number"),
        column(t("High (90%)"), "number"),
      ),
    ),
    h(
      "tbody",
      {},
      ...days.map(({ day, spent, estimate }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row", class: "name" }, bucketName(day, locale, "long")),
          ...[...(hasSpent ? [spent] : []), estimate?.low, estimate?.middle, estimate?.high].map(money),
        ),
      ),
    ),
  );
}
