import type { RequestOptions } from "../http/call.ts";
import type { Key } from "../schemas.ts";
import type { Dimension, Measure, SpendNote, SpendRow, SpendSource } from "./table.ts";

/** Which part of the account's spend: all of it, or what one key or one workspace spent. */
export interface SpendSlice {
  /** A key's hash. */
  key?: string;
  /** A workspace's id. */
  workspace?: string;
}

/** A source of rows for the buckets from `from` to `to`. */
export interface SpendSourceReader {
  source: SpendSource["source"];
  from: string;
  to: string;
  /** How many keys may be asked one by one. */
  maxKeys: number;
  /** The dimensions of its rows. */
  dimensions: readonly Dimension[];
  hasMeasure(measure: Measure): boolean;
  read(slice: SpendSlice, options?: RequestOptions): Promise<{ rows: SpendRow[]; notes: SpendNote[] }>;
  /** The spend of these keys by model and key; `key` in the rows is a key's name. */
  readByKeyName?(keys: readonly Key[], options?: RequestOptions): Promise<{ rows: SpendRow[]; notes: SpendNote[] }>;
}
