import type { Estimate } from "../openrouter/foresight/forecast/model.ts";
import type { Group } from "../openrouter/spend/model.ts";
import type { Theme } from "./palette.ts";
import type { Series } from "./series.ts";
import type { View } from "./state.ts";

/** Everything needed to draw a chart. */
export interface Drawing {
  view: View;
  series: Series[];
  /** The key of the series that is shown alone. */
  isolated: string | undefined;
  theme: Theme;
  locale: string;
  /** The bucket in progress. */
  now: string;
  /** What is expected, from the bucket in progress on: days of their own after the buckets. */
  forecast?: readonly Estimate[];
  /** Without axes, for the sidebar. */
  compact?: boolean;
}

/** The bar or table row that the user selected. */
export interface Selection {
  bucket?: string;
  group?: Group;
}
