import type { Range } from "./span.ts";
import type { Dimension } from "./table.ts";

/** Which part of the account's spend to read, and how to split it. */
export interface SpendRequest {
  range: Range;
  /** Also reads the previous period of the same length. */
  compare?: boolean;
  /** The required dimensions; rows may have more. */
  dimensions: readonly Dimension[];
  /** Only the spend of the keys with these hashes. */
  keys?: readonly string[];
  /** Only this day of the range, YYYY-MM-DD. */
  day?: string;
  /** Only the spend with this provider, by its name, needs to be split by key. Other spend may stay unattributed. */
  provider?: string;
}
