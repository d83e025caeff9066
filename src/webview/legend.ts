import { t } from "@vscode/l10n";
import type { Metric } from "../openrouter/spend/model.ts";
import { PREVIOUS_DASH } from "./chartOptions.ts";
import { fill as fillWith, h } from "./dom.ts";
import { amount } from "./labels.ts";
import type { Fill, Theme } from "./palette.ts";
import { type Series, seriesTotal } from "./series.ts";
import { shortNames } from "./shortNames.ts";

export interface LegendOptions {
  series: readonly Series[];
  isolated: string | undefined;
  /** True if the chart has a line for the previous period. */
  hasPrevious: boolean;
  /** True if the chart has a line for what is expected. */
  hasForecast?: boolean;
  metric: Metric;
  theme: Theme;
  locale: string;
  /** Called with the series to show alone, or undefined to show all. */
  onIsolate(key: string | undefined): void;
}

/** Draws one button per series, which toggles showing that series alone, and explains the dashed lines. */
export function drawLegend(list: HTMLElement, options: LegendOptions): void {
  const { series, isolated, hasPrevious, hasForecast, metric, theme, locale, onIsolate } = options;
  const names = shortNames(series.map(({ name }) => name));
  const items = series.map(({ key, name, values, fill }, i) => {
    const pressed = key === isolated;
    return h(
      "li",
      {},
      h(
        "button",
        {
          class: "legend-item",
          type: "button",
          "data-id": key,
          "aria-pressed": String(pressed),
          title: pressed ? t("Show all") : t("Show only {0}", name),
          on: { click: () => onIsolate(pressed ? undefined : key) },
        },
        swatch(fill, theme),
        h("span", { class: "legend-name" }, names[i]),
        h("span", { class: "legend-amount" }, amount(seriesTotal({ values }), metric, locale)),
      ),
    );
  });
  list.classList.toggle("isolating", isolated !== undefined);
  const lines = [hasPrevious && t("Previous period"), hasForecast && t("Expected")];
  fillWith(list, ...items, ...(isolated === undefined ? lines.map((name) => name && lineItem(name, theme)) : []));
}

/** Without an amount: the headline compares completed days only, and a second figure would seem to contradict it. */
function lineItem(name: string, theme: Theme): HTMLElement {
  return h("li", { class: "legend-line" }, dashedLine(theme), h("span", { class: "legend-name" }, name));
}

function swatch(fill: Fill, theme: Theme): HTMLCanvasElement {
  const canvas = h("canvas", { class: "swatch", width: 12, height: 12, "aria-hidden": "true" });
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  pen.fillStyle = fill;
  pen.fillRect(0, 0, 12, 12);
  pen.strokeStyle = theme.highContrast ? theme.border : "transparent";
  pen.strokeRect(0.5, 0.5, 11, 11);
  return canvas;
}

function dashedLine(theme: Theme): HTMLCanvasElement {
  const canvas = h("canvas", { width: 18, height: 12, "aria-hidden": "true" });
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  pen.strokeStyle = theme.foreground;
  pen.lineWidth = 1.5;
  pen.setLineDash(PREVIOUS_DASH);
  pen.moveTo(0, 6);
  pen.lineTo(18, 6);
  pen.stroke();
  return canvas;
}
