import type { Chart } from "chart.js";
import type { Drawing } from "./drawing.ts";
import { gapFill } from "./palette.ts";

/** Creates a Chart.js plugin that hatches buckets without data; future buckets stay blank. */
export function gapsPlugin(current: () => Drawing | undefined) {
  return {
    id: "gaps",
    beforeDatasetsDraw({ ctx, chartArea, data, scales: { x } }: Chart) {
      const drawing = current();
      if (!drawing || !x || !chartArea || drawing.view.bucket !== undefined) return;
      const { view, theme, now } = drawing;
      const { buckets, known } = view.current;
      // Days that are forecast follow the buckets.
      const step = chartArea.width / Math.max(1, data.labels?.length ?? buckets.length);
      ctx.save();
      ctx.fillStyle = gapFill(theme);
      for (const [i, bucket] of buckets.entries())
        if (!known[i] && bucket <= now)
          ctx.fillRect(x.getPixelForValue(i) - step / 2, chartArea.top, step, chartArea.height);
      ctx.restore();
    },
  };
}
