// The types of an endpoint of the sample account and of its handler's context.
import type { Caller, Callers } from "./auth.ts";
import type { SampleState } from "./state.ts";
import type { Check, Fields } from "./validate.ts";

export interface Settings {
  personal: boolean;
  analytics: boolean;
  analyticsPerMinute: number;
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
  /** The path parameters. */
  params: Record<string, string>;
  /** Validated by the route's `query`. */
  query: Record<string, unknown>;
  /** Validated by the route's `body`. */
  body: unknown;
}

export interface Route {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`, with parameters as `:name`. */
  path: string;
  /** True if inference keys may call it, too. */
  allowsInferenceKeys?: boolean;
  query?: Fields;
  body?: Check;
  /** The status of a successful response; default 200. */
  status?: number;
  handle(context: Context): unknown;
}
