// A forecast: the month's end, the chart with its table, when the credits end, and how it was checked.
import { t } from "@vscode/l10n";
import { monthText } from "../../openrouter/foresight/forecast/texts.ts";
import { fill, h } from "../dom.ts";
import { bucketName } from "../labels.ts";
import { readTheme } from "../palette.ts";
import { createForecastChart } from "./forecastChart.ts";
import { type ForecastDay, type ForecastFigures, forecastDays } from "./forecastDays.ts";
import { outlookTexts } from "./forecastLabels.ts";
import { drawForecastTable } from "./forecastTable.ts";

export interface ForecastView {
  parts: readonly HTMLElement[];
  draw(figures: ForecastFigures, locale: string): void;
}

export function createForecastView(): ForecastView {
  const headline = h("div", { class: "headline" });
  const canvas = h("canvas", { role: "img" });
  const chartFrame = h("div", { class: "chart" }, canvas);
  const table = h("table", { class: "figures" });
  const details = h(
    "details",
    {},
    h("summary", {}, t("Figures")),
    h("div", { class: "figures-frame", tabindex: "0", role: "region", "aria-label": t("Figures") }, table),
  );
  const texts = h("ul", { class: "sources", "aria-label": t("Forecast") });
  const chart = createForecastChart(canvas);
  return {
    parts: [headline, chartFrame, details, texts],
    draw(figures, locale) {
      const { month } = figures.outlook;
      const days = forecastDays(figures);
      headline.hidden = month === undefined;
      fill(
        headline,
        month && h("span", { class: "figure", "data-value": month.middle }, monthText(month, locale, t)),
        h("span", { class: "unit" }, t("Spend of this calendar month (UTC), credits and BYOK.")),
      );
      chartFrame.hidden = details.hidden = days.length === 0;
      if (days.length > 0) chart.draw({ days, theme: readTheme(), locale });
      canvas.setAttribute("aria-label", describe(days, locale));
      drawForecastTable(table, days, locale);
      fill(texts, ...outlookTexts(figures, locale).map((text) => h("li", {}, text)));
    },
  };
}

/** Describes the chart for screen readers. */
function describe(days: readonly ForecastDay[], locale: string): string {
  const coming = days.filter(({ estimate }) => estimate).length;
  const [first, last] = [days[0], days.at(-1)].map((one) => one && bucketName(one.day, locale, "year"));
  return t(
    "Chart: spend by day from {0} to {1}, {2} days forecast. The figures are in the table below.",
    first ?? "",
    last ?? "",
    coming,
  );
}
