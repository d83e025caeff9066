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

export function hoverCursor(picks: boolean) {
  return (event: { native: Event | null }, elements: unknown[]) => {
    const canvas = event.native?.target;
    if (canvas instanceof HTMLElement) canvas.style.cursor = picks && elements.length > 0 ? "pointer" : "";
  };
}

/** Names may be of any length; the table has them whole. */
export function truncate(name: string, most = 42): string {
  return name.length > most ? `${name.slice(0, most - 2)}…` : name;
}

/** So many letters leave the bars beside them half of a chart's width. */
export function maxLabelLength(width: number): number {
  return Math.max(8, Math.min(42, Math.floor(width / 16)));
}
