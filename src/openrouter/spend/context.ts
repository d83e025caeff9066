// What the parts of one read share.
import type { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key, Workspace } from "../schemas.ts";
import type { AnalyticsFilters } from "./analyticsRows.ts";
import type { RenamedRows } from "./analyticsSource.ts";
import type { CompletedDays } from "./completedDays.ts";
import type { Periods } from "./periods.ts";
import type { Plan } from "./plan.ts";
import type { SpendRequest } from "./request.ts";
import type { Span } from "./span.ts";
import type { Measure, SpendRow } from "./table.ts";

export interface Listing {
  keys: readonly Key[];
  /** Undefined if only the default workspace could be read. */
  workspaces: readonly Workspace[] | undefined;
}

export interface SpendOptions extends RequestOptions {
  /** Reports how many keys' spend has been read. */
  onProgress?(done: number, total: number): void;
  /** Returns the account's keys, to reuse a list that was already read. */
  allKeys?(): Promise<Listing>;
  /** Lists the account's keys anew, after some were renamed. Default: from the API. */
  relist?(): Promise<Listing>;
  /** The reading of the current day that other views show. Default: read with `getPeriods`. */
  current?: CurrentSpend | OpenRouterError;
  /** Keeps what was read of completed days, to reuse it for the next table. Default: nothing is reused. */
  reuse?: Reuse;
  /** Called if newer queries returned more for today than `current` has: their figures were reduced. */
  onExcess?(): void;
  now?: Date;
}

/** Returns a value that was loaded before with the same id, or loads it; `signal` ends the caller's wait. */
export type Reuse = <T>(id: string, load: (signal?: AbortSignal) => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** The reading of the current day, and when it was read: an ISO time. */
export interface CurrentSpend extends Periods {
  readAt: string;
}

/** Spend by key and model, as analytics name them. */
export interface KeyParts extends RenamedRows {
  /** Those of the measures by which it is compared with other sources that analytics offer. */
  measures: readonly Measure[];
  /** Restricts the rows; analytics' names of a provider. */
  filters: AnalyticsFilters;
}

/** The context shared by all segments of one read. */
export interface ReadContext {
  client: Client;
  request: SpendRequest;
  options: SpendOptions;
  span: Span;
  /** The requested buckets. */
  buckets: readonly string[];
  now: Date;
  /** The measures that the account's analytics offer, if known. */
  supported: readonly Measure[] | undefined;
  allKeys(): Promise<Listing>;
  /** Lists the keys anew, once; `allKeys` returns this list from then on. */
  relist(): Promise<Listing>;
  current(): Promise<CurrentSpend>;
  completedDays(): Promise<CompletedDays>;
  /** Loads figures of a source's buckets, or reuses them if all of these are completed days. */
  reuse<T>(range: { from: string; to: string }, id: string, load: (signal?: AbortSignal) => Promise<T>): Promise<T>;
  /** Reads the spend of these keys by model in some buckets from analytics. @throws OpenRouterError if a query fails */
  keyParts(range: { from: string; to: string }, keys: readonly Key[]): Promise<KeyParts>;
  /** Replaces the names that analytics use. */
  rename(rows: SpendRow[], options?: RequestOptions): Promise<RenamedRows>;
  failures: OpenRouterError[];
  plans: readonly Plan[];
  progress: ReturnType<typeof sharedProgress>;
}

/** Combines the progress of sources that are read concurrently: reports the slowest one. */
export function sharedProgress(report: SpendOptions["onProgress"]) {
  const parts = new Set<{ done: number }>();
  let maxTotal = 0;
  return () => {
    const part = { done: 0 };
    return {
      onProgress(done: number, total: number) {
        part.done = done;
        parts.add(part);
        maxTotal = Math.max(maxTotal, total);
        report?.(Math.min(...[...parts].map((each) => each.done)), maxTotal);
      },
      end: () => void parts.delete(part),
    };
  };
}
