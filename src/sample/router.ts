import { badRequest, notFound } from "./errors.ts";
import type { Route } from "./route.ts";
import { accountRoutes } from "./routes/account.ts";
import { activityRoutes } from "./routes/activity.ts";
import { analyticsRoutes } from "./routes/analytics.ts";
import { assignmentRoutes } from "./routes/assignments.ts";
import { guardrailRoutes } from "./routes/guardrails.ts";
import { keyRoutes } from "./routes/keys.ts";
import { modelRoutes } from "./routes/models.ts";

const routes: { route: Route; parts: string[] }[] = [
  ...accountRoutes,
  ...keyRoutes,
  ...activityRoutes,
  ...analyticsRoutes,
  ...modelRoutes,
  // Before `/guardrails/:id`, which would match "assignments" as an id.
  ...assignmentRoutes,
  ...guardrailRoutes,
].map((route) => ({ route, parts: route.path.split("/") }));

/** Finds the route of a decoded path. @throws ApiError 404 if there is none */
export function findRoute(method: string, segments: string[]): { route: Route; params: Record<string, string> } {
  for (const { route, parts } of routes) {
    if (route.method !== method || parts.length !== segments.length) continue;
    if (!parts.every((part, i) => part.startsWith(":") || part === segments[i])) continue;
    const params = parts.flatMap((part, i) => (part.startsWith(":") ? [[part.slice(1), segments[i]!] as const] : []));
    return { route, params: Object.fromEntries(params) };
  }
  throw notFound(`Not found: ${method} ${segments.join("/")}`);
}

/** Validates the query. @throws ApiError 400 for an unknown parameter or an invalid value */
export function checkQuery(route: Route, query: Record<string, string>): Record<string, unknown> {
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(query)) {
    const check = route.query && Object.hasOwn(route.query, name) ? route.query[name] : undefined;
    if (!check) throw badRequest(`Unrecognized query parameter: ${name}`);
    checked[name] = check(value, name);
  }
  return checked;
}
