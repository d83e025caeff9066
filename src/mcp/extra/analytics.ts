import {
  type AnalyticsFilter,
  BadRequestError,
  type Client,
  ForbiddenError,
  getAnalyticsMeta,
  InvalidInputError,
  MAX_ANALYTICS_ROWS,
  NotFoundError,
  queryAnalytics,
  type RequestOptions,
} from "../../openrouter/index.ts";
import type { ToolContext } from "../defineTool.ts";
import { cell, joinLines, paginate, safeLine, table } from "../text.ts";

const MAX_WARNINGS = 5;
const DEFAULT_RANGE_MS = 7 * 86_400_000;

export interface AnalyticsArguments {
  metrics?: string[];
  dimensions?: string[];
  granularity?: "minute" | "hour" | "day" | "week" | "month";
  filters?: string[];
  start?: string;
  end?: string;
  offset?: number;
  limit?: number;
}

/** Runs a query, or lists the valid names if no metrics are given. `POST /analytics/query`, `GET /analytics/meta`. */
export async function queryAnalyticsText(
  { metrics, dimensions, granularity, filters, start, end, offset = 0, limit = 50 }: AnalyticsArguments,
  { client, signal }: ToolContext,
): Promise<string> {
  if (!metrics) return namesText(client, { signal }).catch(throwAnalyticsUnavailable);
  const until = end ?? client.now().toISOString();
  const from = start ?? new Date(Date.parse(until) - DEFAULT_RANGE_MS).toISOString();
  const body = {
    metrics,
    ...(dimensions?.length && { dimensions }),
    granularity,
    ...(filters && { filters: filters.map(parseFilter) }),
    time_range: { start: from, end: until },
    limit: MAX_ANALYTICS_ROWS,
  };
  const { data, metadata, warnings, cachedAt } = await queryAnalytics(client, body, { signal }).catch((error) =>
    throwWithNames(error, client, { signal }),
  );
  const { rows, note } = paginate(data, offset, limit);
  const isFixed = start !== undefined && end !== undefined;
  const more = rows.length < data.length && !isFixed && `For other rows, pass start=${from} and end=${until}.`;
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return joinLines(
    `${data.length} rows; ${from} to ${until} (exclusive), UTC; source: analytics${cachedText(cachedAt)}. ${note}`,
    more,
    truncatedText(metadata.truncated, data.length),
    ...warningLines(warnings),
    rows.length > 0 &&
      table(
        fields.map((field) => [cell(field), (row: Record<string, unknown>) => row[field]] as const),
        rows,
      ),
  );
}

function cachedText(cachedAt: number | null | undefined): string {
  const at = new Date(cachedAt ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? "" : `, cached at ${at.toISOString()}`;
}

/** A response with the maximum number of rows may be incomplete, even if the API doesn't say so. */
function truncatedText(isTruncated: boolean | undefined, rows: number): string | undefined {
  const advice = "Use a shorter time range, filters or fewer dimensions.";
  if (isTruncated) return `OpenRouter truncated the result: rows are missing. ${advice}`;
  return rows >= MAX_ANALYTICS_ROWS
    ? `The result has the maximum number of rows; more may be missing. ${advice}`
    : undefined;
}

function warningLines(warnings: readonly string[]): string[] {
  const more = warnings.length - MAX_WARNINGS;
  const lines = warnings.slice(0, MAX_WARNINGS).map((text) => `Warning: ${safeLine(text)}`);
  return more > 0 ? [...lines, `${more} more warnings.`] : lines;
}

/** The API's operators by the symbols that models write instead. */
const operatorAliases: Readonly<Record<string, string>> = {
  "=": "eq",
  "==": "eq",
  "!=": "neq",
  "<>": "neq",
  ">": "gt",
  ">=": "gte",
  "<": "lt",
  "<=": "lte",
};

const FILTER = /^(\w+)\s*(==|!=|<>|>=|<=|=|>|<|(?<=\s)\w+(?=\s))\s*(.+)$/s;

/** Parses `field operator value`. Values of `in` and `not_in` are separated by commas; the API rejects unknown operators. */
function parseFilter(text: string): AnalyticsFilter {
  const [, field, given, rest] = FILTER.exec(text) ?? [];
  const operator = operatorAliases[given ?? ""] ?? given?.toLowerCase();
  const isList = operator === "in" || operator === "not_in";
  const values = (isList ? withoutBrackets(rest ?? "").split(",") : [rest ?? ""]).map(withoutQuotes).filter(Boolean);
  if (!field || !operator || values[0] === undefined)
    throw new InvalidInputError(
      `${JSON.stringify(text.slice(0, 100))} is not a filter; nothing was sent.`,
      'Write FIELD OPERATOR VALUE, such as "model eq openai/gpt-5" or "api_key_id in HASH,HASH".',
    );
  return { field, operator, value: isList ? values.map(toScalar) : toScalar(values[0]) };
}

// Models write lists and texts as in SQL or JSON; sent as they are, they would match nothing.
const withoutBrackets = (text: string) => text.trim().replace(/^\[(.*)\]$|^\((.*)\)$/s, "$1$2");
const withoutQuotes = (text: string) =>
  text
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim();

/** Numeric ids are numbers in the API; a hash that looks like a number is not. */
function toScalar(value: string): string | number {
  const number = Number(value);
  return Number.isSafeInteger(number) && String(number) === value ? number : value;
}

async function namesText(client: Client, options: RequestOptions): Promise<string> {
  const meta = await getAnalyticsMeta(client, options);
  return (["metrics", "dimensions", "granularities", "operators"] as const)
    .map((kind) => `${kind}: ${meta[kind].map(nameWithUnit).join(", ") || "-"}`)
    .join("\n");
}

function nameWithUnit({ name, display_format }: { name: string; display_format?: unknown }): string {
  return display_format === "currency" ? `${cell(name)} (USD)` : cell(name);
}

/** Adds the valid names to a rejected query. */
async function throwWithNames(error: unknown, client: Client, options: RequestOptions): Promise<never> {
  if (!(error instanceof BadRequestError)) return throwAnalyticsUnavailable(error);
  const names = await namesText(client, options).catch(() => undefined);
  const nextStep = names ? `${error.nextStep} Valid names: ${names.replaceAll("\n", "; ")}.` : error.nextStep;
  throw error.withNextStep(nextStep);
}

function throwAnalyticsUnavailable(error: unknown): never {
  if (error instanceof ForbiddenError || error instanceof NotFoundError)
    throw error.withNextStep(
      "This account or key may have no analytics. Completed days are in or_activity, today's spend in or_overview.",
    );
  throw error;
}
