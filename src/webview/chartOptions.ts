// Chart.js options shared by both shapes of the chart.
import type { TooltipItem } from "chart.js";
import type { Metric } from "../openrouter/spend/model.ts";
import type { Drawing } from "./drawing.ts";
import { axisAmount, exactAmount } from "./labels.ts";
import type { Theme } from "./palette.ts";

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

export function tooltipLabel(item: TooltipItem<"bar" | "line">, metric: Metric, locale: string): string {
  return `${truncate(item.dataset.label ?? "")}: ${exactAmount(item.parsed.y ?? 0, metric, locale)}`;
}

export function hoverCursor(isClickable: boolean) {
  return (event: { native: Event | null }, elements: unknown[]) => {
    const canvas = event.native?.target;
    if (canvas instanceof HTMLElement) canvas.style.cursor = isClickable && elements.length > 0 ? "pointer" : "";
  };
}

/** Shortens a name; the table shows it in full. */
export function truncate(name: string, maxLength = 42): string {
  return name.length > maxLength ? `${name.slice(0, maxLength - 2)}…` : name;
}

/** Returns the length of labels that leaves half of a chart's width to its bars. */
export function maxLabelLength(width: number): number {
  return Math.max(8, Math.min(42, Math.floor(width / 16)));
}
