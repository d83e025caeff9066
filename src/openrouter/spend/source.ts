import type { RequestOptions } from "../http/call.ts";
import type { Key } from "../schemas.ts";
import type { Dimension, Measure, SpendNote, SpendRow, SpendSource } from "./table.ts";

/** A part of the account's spend: everything, one key, or one workspace. */
export interface SpendSlice {
  /** A key's hash. */
  key?: string;
  /** A workspace's id. */
  workspace?: string;
}

/** Reads spend rows of the buckets from `from` to `to` from one source. */
export interface SpendSourceReader {
  source: SpendSource["source"];
  from: string;
  to: string;
  /** How many keys may be queried one by one. */
  maxKeys: number;
  /** The dimensions of its rows. */
  dimensions: readonly Dimension[];
  hasMeasure(measure: Measure): boolean;
  read(slice: SpendSlice, options?: RequestOptions): Promise<{ rows: SpendRow[]; notes: SpendNote[] }>;
  /** Reads these keys' spend by model and key; `key` in the rows is the key's name. */
  readByKeyName?(keys: readonly Key[], options?: RequestOptions): Promise<{ rows: SpendRow[]; notes: SpendNote[] }>;
}
