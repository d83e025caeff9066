// Chart.js options shared by both shapes of the chart.
import type { Scale } from "chart.js";
import type { Drawing } from "./drawing.ts";
import { axisAmount } from "./labels.ts";
import type { Theme } from "./palette.ts";
import { MAX_NAME, shortNames } from "./shortNames.ts";

export function baseOptions({ theme }: Drawing) {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false as const,
    normalized: true,
    color: theme.foreground,
  };
}

export function valueAxisOptions({ view, theme, locale }: Drawing) {
  const { metric } = view.query;
  return {
    grid: { color: theme.grid },
    border: { display: false },
    ticks: {
      color: theme.muted,
      maxTicksLimit: 6,
      precision: metric === "cost" ? undefined : 0,
      callback: (value: number | string) => axisAmount(Number(value), metric, locale),
    },
  };
}

/** The axis of a chart with one horizontal bar for each name. */
export function nameAxisOptions(theme: Theme, names: readonly string[]) {
  return {
    grid: { display: false },
    border: { color: theme.grid },
    ticks: {
      color: theme.foreground,
      autoSkip: false,
      callback(this: Scale, value: number | string) {
        return axisLabels(names, this.chart.width)[Number(value)];
      },
    },
  };
}

export function tooltipOptions(theme: Theme) {
  const { background, foreground, border } = theme.hover;
  return {
    backgroundColor: background,
    borderColor: border,
    borderWidth: 1,
    cornerRadius: 3,
    padding: 8,
    titleColor: foreground,
    bodyColor: foreground,
    footerColor: foreground,
    boxWidth: 10,
    boxHeight: 10,
    boxPadding: 4,
    multiKeyBackground: background,
  };
}

export function hoverCursor(isClickable: boolean) {
  return (event: { native: Event | null }, elements: unknown[]) => {
    const canvas = event.native?.target;
    if (canvas instanceof HTMLElement) canvas.style.cursor = isClickable && elements.length > 0 ? "pointer" : "";
  };
}

/** The dashes of the line of the previous period, in pixels. */
export const PREVIOUS_DASH = [4, 3];

/** Shortens the names for tooltips in a chart of this width. */
export function tooltipNames(names: readonly string[], width: number): string[] {
  return shortNames(names, Math.max(20, Math.min(MAX_NAME, Math.floor(width / 14))));
}

/** Shortens the names for an axis in a chart of this width, half of which is left for the bars. */
export function axisLabels(names: readonly string[], width: number): string[] {
  return shortNames(names, Math.max(18, Math.min(MAX_NAME, Math.floor(width / 16))));
}
