// The panel's last table, pending request and failed request. Pure.
import type { SpendRequest, SpendTable } from "../openrouter/spend/model.ts";
import { answers } from "./state.ts";

interface Read {
  request: SpendRequest;
  table: SpendTable;
  /** Generated data. */
  sample: boolean;
}

export interface PanelReads {
  /** The last table, also while another one is waited for. */
  readonly last: Read | undefined;
  readonly isWaiting: boolean;
  readonly hasFailed: boolean;
  /** True if the last table answers a request. */
  hasRead(request: SpendRequest): boolean;
  /** Waits for a request, and for no earlier one. @returns its id */
  ask(request: SpendRequest): number;
  /** True if an answer is that of the request that is waited for. */
  isAwaited(id: number): boolean;
  take(read: Read): void;
  fail(request: SpendRequest): void;
  /** Forgets what is waited for, or failed, unless it answers this request. */
  keepOnly(request: SpendRequest): void;
  /** Forgets the last table. */
  clear(): void;
}

export function createPanelReads(): PanelReads {
  let last: Read | undefined;
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
    hasRead: (request) => last !== undefined && answers(last.request, request),
    ask(request) {
      lastId += 1;
      asked = { id: lastId, request };
      failed = undefined;
      return lastId;
    },
    isAwaited: (id) => id === asked?.id,
    take(read) {
      asked = undefined;
      last = read;
    },
    fail(request) {
      asked = undefined;
      failed = request;
    },
    keepOnly(request) {
      if (asked && !answers(asked.request, request)) asked = undefined;
      if (failed && !answers(failed, request)) failed = undefined;
    },
    clear() {
      last = undefined;
    },
  };
}
