// One endpoint of the sample account, and what its handler is given.
import type { Caller, Callers } from "./auth.ts";
import type { SampleState } from "./state.ts";
import type { Check, Fields } from "./validate.ts";

export interface Settings {
  personal: boolean;
  analytics: boolean;
  patchExpiresAt: "refuse" | "ignore" | "apply";
  includeExpired: "known" | "ignore" | "refuse";
}

export interface Context {
  state: SampleState;
  callers: Callers;
  caller: Caller;
  settings: Settings;
  /** Milliseconds since the epoch. */
  now: number;
  /** The path's variable parts. */
  params: Record<string, string>;
  /** Checked against the route's fields. */
  query: Record<string, unknown>;
  /** Checked against the route's body. */
  body: unknown;
}

export interface Route {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below /api/v1, with `:name` for a variable part. */
  path: string;
  /** Open to inference keys too. */
  inference?: boolean;
  query?: Fields;
  body?: Check;
  /** 200 unless given. */
  status?: number;
  handle(context: Context): unknown;
}
