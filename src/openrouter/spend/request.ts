import type { Range } from "./span.ts";
import type { Dimension } from "./table.ts";

/** Which part of the account's spend is to be read, and by what it must be split. */
export interface SpendRequest {
  range: Range;
  /** With the same number of days, or hours, before them. */
  compare?: boolean;
  /** The dimensions needed; the rows may have more. */
  dimensions: readonly Dimension[];
  /** Only the spend of the keys with these hashes. */
  keys?: readonly string[];
  /** Only this day of the range, YYYY-MM-DD. */
  day?: string;
}
