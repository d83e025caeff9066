import type { Range } from "./span.ts";
import type { Dimension } from "./table.ts";

/** Which part of the account's spend is to be read, and how far it must be told apart. */
export interface SpendRequest {
  range: Range;
  /** With the same number of days, or hours, before them. */
  compare?: boolean;
  /** What must be told apart; more may be. */
  dimensions: readonly Dimension[];
  /** Only what the keys of these hashes spent. */
  keys?: readonly string[];
  /** Only this day of the range, YYYY-MM-DD. */
  day?: string;
}
