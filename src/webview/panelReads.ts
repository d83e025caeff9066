// Tracks the panel's last table, pending request and failed request. Pure.
import type { SpendRequest, SpendTable } from "../openrouter/spend/model.ts";
import type { FiguresAccount } from "./protocol.ts";
import { covers } from "./state.ts";

interface ReadResult {
  request: SpendRequest;
  table: SpendTable;
  /** The account that the figures are of. */
  account: FiguresAccount;
}

export interface PanelReads {
  /** The last table, even while another one is loading. */
  readonly last: ReadResult | undefined;
  readonly isWaiting: boolean;
  readonly hasFailed: boolean;
  /** True if the last table covers a request. */
  hasRead(request: SpendRequest): boolean;
  /** Makes a request the pending one, replacing earlier ones. @returns its id */
  start(request: SpendRequest): number;
  /** True if the pending request covers a request. */
  isReading(request: SpendRequest): boolean;
  /** True if an id is that of the pending request. */
  isPending(id: number): boolean;
  receive(result: ReadResult): void;
  fail(request: SpendRequest): void;
  /** Drops the pending and the failed request unless they cover this request. */
  dropUnless(request: SpendRequest): void;
  /** Drops the last table. */
  clear(): void;
}

export function createPanelReads(): PanelReads {
  let last: ReadResult | undefined;
  let pending: { id: number; request: SpendRequest } | undefined;
  let failed: SpendRequest | undefined;
  let lastId = 0;
  return {
    get last() {
      return last;
    },
    get isWaiting() {
      return pending !== undefined;
    },
    get hasFailed() {
      return failed !== undefined;
    },
    hasRead: (request) => last !== undefined && covers(last.request, request),
    start(request) {
      lastId += 1;
      pending = { id: lastId, request };
      failed = undefined;
      return lastId;
    },
    isReading: (request) => pending !== undefined && covers(pending.request, request),
    isPending: (id) => id === pending?.id,
    receive(result) {
      pending = undefined;
      last = result;
    },
    fail(request) {
      pending = undefined;
      failed = request;
    },
    dropUnless(request) {
      if (pending && !covers(pending.request, request)) pending = undefined;
      if (failed && !covers(failed, request)) failed = undefined;
    },
    clear() {
      last = undefined;
    },
  };
}
