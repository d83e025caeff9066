import { forbidden } from "../errors.ts";
import type { Context, Route } from "../route.ts";
import { GRANULARITIES } from "../time.ts";
import { boolean, list, number, object, oneOf, string, time, uuid } from "../validate.ts";
import { DIMENSIONS, METRICS, type Query, runQuery } from "./query.ts";
import { checkRateLimit } from "./rateLimit.ts";

const MAX_ROWS = 10_000;
const OPERATORS = ["eq", "neq", "in", "not_in", "gt", "gte", "lt", "lte"] as const;

const scalar = (value: unknown, name: string) => (typeof value === "number" ? value : string()(value, name));
const filterFields = {
  field: string(),
  operator: oneOf(...OPERATORS),
  value: (value: unknown, name: string) => (Array.isArray(value) ? list(scalar)(value, name) : scalar(value, name)),
};
const filter = (more = {}) => object({ ...filterFields, ...more }, ["field", "operator", "value"]);

export const analyticsRoutes: Route[] = [
  { method: "GET", path: "/analytics/meta", handle: getMeta },
  {
    method: "POST",
    path: "/analytics/query",
    body: object(
      {
        metrics: list(oneOf(...Object.keys(METRICS)), { min: 1 }),
        dimensions: list(oneOf(...Object.keys(DIMENSIONS)), { max: 2 }),
        granularity: oneOf(...GRANULARITIES),
        filters: list(filter({ include_unset: boolean }), { max: 20 }),
        time_range: object({ start: time, end: time }, ["start", "end"]),
        order_by: object({ field: string(), direction: oneOf("asc", "desc") }, ["field", "direction"]),
        limit: number({ int: true, min: 1, max: MAX_ROWS }),
        group_limit: number({ int: true, min: 1, max: MAX_ROWS }),
        classifier_dimensions: object(
          { classifier_id: uuid, dimension_names: list(string(), { max: 2 }), include_nulls: boolean },
          ["classifier_id", "dimension_names"],
        ),
        classifier_filters: object({ classifier_id: uuid, filters: list(filter(), { min: 1, max: 10 }) }, [
          "classifier_id",
          "filters",
        ]),
      },
      ["metrics"],
    ),
    handle(context) {
      checkAccess(context);
      return { data: runQuery(context.state, context.body as Query, context.now) };
    },
  },
];

function checkAccess({ settings, state }: Context): void {
  if (!settings.analytics) throw forbidden("Analytics is not available for this account");
  checkRateLimit(state, settings.analyticsPerMinute);
}

function getMeta(context: Context) {
  checkAccess(context);
  const label = (name: string) => name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
  return {
    data: {
      metrics: Object.entries(METRICS).map(([name, { isCurrency }]) => ({
        name,
        display_label: label(name),
        display_format: isCurrency ? "currency" : "number",
        is_rate: false,
      })),
      dimensions: Object.keys(DIMENSIONS).map((name) => ({ name, display_label: label(name) })),
      granularities: GRANULARITIES.map((name) => ({ name, display_label: label(name) })),
      operators: OPERATORS.map((name) => ({
        name,
        value_type: name === "in" || name === "not_in" ? "array" : "scalar",
      })),
    },
  };
}
