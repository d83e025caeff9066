import type { Caller, Callers } from "./auth.ts";
import { badRequest, notFound } from "./errors.ts";
import { accountRoutes } from "./routes/account.ts";
import { activityRoutes } from "./routes/activity.ts";
import { analyticsRoutes } from "./routes/analytics.ts";
import { assignmentRoutes } from "./routes/assignments.ts";
import { guardrailRoutes } from "./routes/guardrails.ts";
import { keyRoutes } from "./routes/keys.ts";
import { modelRoutes } from "./routes/models.ts";
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

const routes: { route: Route; parts: string[] }[] = [
  ...accountRoutes,
  ...keyRoutes,
  ...activityRoutes,
  ...analyticsRoutes,
  ...modelRoutes,
  // Before /guardrails/:id, which would take "assignments" for an id.
  ...assignmentRoutes,
  ...guardrailRoutes,
].map((route) => ({ route, parts: route.path.split("/") }));

/** Finds the route of a decoded path, or answers 404. */
export function findRoute(method: string, segments: string[]): { route: Route; params: Record<string, string> } {
  for (const { route, parts } of routes) {
    if (route.method !== method || parts.length !== segments.length) continue;
    if (!parts.every((part, i) => part.startsWith(":") || part === segments[i])) continue;
    const params = parts.flatMap((part, i) => (part.startsWith(":") ? [[part.slice(1), segments[i]!] as const] : []));
    return { route, params: Object.fromEntries(params) };
  }
  throw notFound(`Not found: ${method} ${segments.join("/")}`);
}

/** The query as the route takes it; a parameter it does not know is refused. */
export function checkQuery(route: Route, query: Record<string, string>): Record<string, unknown> {
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(query)) {
    const check = route.query && Object.hasOwn(route.query, name) ? route.query[name] : undefined;
    if (!check) throw badRequest(`Unrecognized query parameter: ${name}`);
    checked[name] = check(value, name);
  }
  return checked;
}
