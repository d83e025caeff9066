import type { Group } from "../openrouter/spend/model.ts";
import type { Theme } from "./palette.ts";
import type { Series } from "./series.ts";
import type { View } from "./state.ts";

/** All that a chart is drawn from. */
export interface Drawing {
  view: View;
  series: Series[];
  /** The series that is shown alone. */
  isolated: string | undefined;
  theme: Theme;
  locale: string;
  /** The bucket that is not over yet. */
  now: string;
  /** No axes and no click into it: for the sidebar. */
  compact?: boolean;
}

/** What somebody clicked on. */
export interface Selection {
  bucket?: string;
  group?: Group;
}
