// The dashed line and the band of a forecast, as datasets of a chart over days.
import type { Estimate } from "../../openrouter/foresight/forecast/model.ts";
import { PREVIOUS_DASH } from "../chartOptions.ts";
import { otherFill, type Theme } from "../palette.ts";

/**
 * Returns the line of the middle, which is on top of the bars, and the band from low to high below them.
 * @param estimates by index of the axis; undefined for days that have completed
 * @param name of the line; the band's datasets have none
 */
export function forecastLines(estimates: readonly (Estimate | undefined)[], theme: Theme, name?: string) {
  const line = (bound: keyof Estimate) => ({
    type: "line" as const,
    // Lines with the same stack would be added up on a stacked axis.
    stack: bound,
    data: estimates.map((estimate) => estimate?.[bound] ?? null),
    pointRadius: 0,
    pointHitRadius: 0,
    borderWidth: 0,
    fill: false as const,
  });
  // A line needs two points.
  const isLast = estimates.filter((estimate) => estimate !== undefined).length === 1;
  const band = { ...line("high"), fill: "-1" as const, order: 1, backgroundColor: otherFill(theme) };
  return [
    {
      ...{ ...line("middle"), label: name, order: -1, pointRadius: isLast ? 3 : 0, borderWidth: 1.5 },
      ...{ borderColor: theme.foreground, backgroundColor: theme.foreground, borderDash: PREVIOUS_DASH },
    },
    { ...line("low"), order: 1 },
    band,
  ];
}
