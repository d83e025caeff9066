// What the parts of one read share.
import type { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key, Workspace } from "../schemas.ts";
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
  /** The reading of the current day that other views show. Default: read with `getPeriods`. */
  current?: CurrentSpend | OpenRouterError;
  /** Returns the completed days, to reuse those that were already read. */
  completedDays?(): Promise<CompletedDays>;
  now?: Date;
}

/** The reading of the current day, and when it was read: an ISO time. */
export interface CurrentSpend extends Periods {
  readAt: string;
}

/** Spend by key and model, as analytics name them. */
export interface KeyParts extends RenamedRows {
  /** Those of the measures by which it is compared with other sources that analytics offer. */
  measures: readonly Measure[];
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
  current(): Promise<CurrentSpend>;
  completedDays(): Promise<CompletedDays>;
  /** The spend of the request's keys in all its buckets, read once for all segments. */
  keyParts(): Promise<KeyParts>;
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
