import type { Range } from "./span.ts";
import type { Dimension } from "./table.ts";

/** Which part of the account's spend is to be read, and by what it must be split. */
export interface SpendRequest {
  range: Range;
  /** With the same number of days, or hours, before them. */
  compare?: boolean;
  /** What the rows must be split by; they may be split further. */
  dimensions: readonly Dimension[];
  /** Only what the keys of these hashes spent. */
  keys?: readonly string[];
  /** Only this day of the range, YYYY-MM-DD. */
  day?: string;
}
