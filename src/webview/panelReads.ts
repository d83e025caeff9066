// The panel's last table, pending request and failed request. Pure.
import type { SpendRequest, SpendTable } from "../openrouter/spend/model.ts";
import { covers } from "./state.ts";

interface ReadResult {
  request: SpendRequest;
  table: SpendTable;
  /** Generated data. */
  sample: boolean;
}

export interface PanelReads {
  /** The last table, also while another one is waited for. */
  readonly last: ReadResult | undefined;
  readonly isWaiting: boolean;
  readonly hasFailed: boolean;
  /** True if the last table answers a request. */
  hasRead(request: SpendRequest): boolean;
  /** Waits for a request, and for no earlier one. @returns its id */
  start(request: SpendRequest): number;
  /** True if an answer is that of the request that is waited for. */
  isPending(id: number): boolean;
  receive(read: ReadResult): void;
  fail(request: SpendRequest): void;
  /** Forgets what is waited for, or failed, unless it answers this request. */
  dropUnless(request: SpendRequest): void;
  /** Forgets the last table. */
  clear(): void;
}

export function createPanelReads(): PanelReads {
  let last: ReadResult | undefined;
  let asked: { id: number; request: SpendRequest } | undefined;
  let failed: SpendRequest | undefined;
  let lastId = 0;
  return {
    get last() {
      return last;
    },
    get isWaiting() {
      return asked !== undefined;
    },
    get hasFailed() {
      return failed !== undefined;
    },
    hasRead: (request) => last !== undefined && covers(last.request, request),
    start(request) {
      lastId += 1;
      asked = { id: lastId, request };
      failed = undefined;
      return lastId;
    },
    isPending: (id) => id === asked?.id,
    receive(read) {
      asked = undefined;
      last = read;
    },
    fail(request) {
      asked = undefined;
      failed = request;
    },
    dropUnless(request) {
      if (asked && !covers(asked.request, request)) asked = undefined;
      if (failed && !covers(failed, request)) failed = undefined;
    },
    clear() {
      last = undefined;
    },
  };
}
