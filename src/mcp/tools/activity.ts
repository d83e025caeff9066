import * as z from "zod";
import {
  type ActivityRow,
  BadRequestError,
  getActivity,
  getGeneration,
  groupBy,
  NotFoundError,
  tableFromActivity,
  totals,
  utcDay,
} from "../../openrouter/index.ts";
import { defineTool } from "../defineTool.ts";
import { keyHash, nonEmptyString, rowLimit, utcDate } from "../inputs.ts";
import { dropNulls, fieldLines, joinLines, table, topRows } from "../text.ts";
import { activityByKeyResult } from "./activityByKey.ts";
import { unreadableText } from "./coverage.ts";

const FIGURES = [
  "usage",
  "byok_usage_inference",
  "requests",
  "prompt_tokens",
  "completion_tokens",
  "reasoning_tokens",
] as const;

const activity = defineTool({
  name: "or_activity",
  group: "activity",
  title: "Get activity",
  hasNoDeadline: true,
  hasChart: true,
  description:
    "Gets spend and usage history: cost (USD), requests and tokens of the last 30 completed UTC days, by model, day, provider or API key (aggregate). by_key shows which keys burn credits. Today: or_overview.",
  input: {
    date: utcDate.optional().describe("YYYY-MM-DD"),
    api_key_hash: keyHash.optional(),
    user_id: nonEmptyString.optional(),
    aggregate: z.enum(["none", "by_model", "by_day", "by_provider", "by_key"]).optional(),
    limit: rowLimit(10_000).describe("rows, default 50"),
  },
  run: async ({ aggregate = "none", limit = 50, ...query }, context) => {
    const activity = getActivity(context.client, query, { signal: context.signal }).catch(throwWithDateRange);
    // Sends its other requests in parallel.
    const keys = aggregate === "by_key" ? await activityByKeyResult(activity, query, limit, context) : undefined;
    const { data, unreadable } = await activity;
    const { usage, byok_usage_inference, requests } = totals(data);
    const days = [...new Set(data.map((row) => row.date.slice(0, 10)))].sort();
    const span = days.length
      ? `${days[0]} to ${days.at(-1)}, ${days.length} days with activity`
      : "no activity in this range";
    const summary = `Total usage ${usage} USD, byok_usage_inference ${byok_usage_inference} USD, requests ${requests} (${span}; UTC; source: /activity).`;
    const omitted = unreadableText(unreadable);
    if (keys) return { text: joinLines(summary, omitted, keys.text), spend: keys.spend };
    return {
      text: joinLines(summary, omitted, data.length > 0 && render(data, aggregate as Grouping, limit)),
      spend: tableFromActivity(data, query, unreadable),
    };
  },
});

function throwWithDateRange(error: unknown): never {
  if (!(error instanceof BadRequestError)) throw error;
  throw error.withNextStep(
    `Use one of the last 30 completed UTC days, before ${utcDay()}. For today's spend, use or_overview.`,
  );
}

type Grouping = "none" | "by_model" | "by_day" | "by_provider";

const GROUP_COLUMNS: Record<Exclude<Grouping, "none">, [string, (row: ActivityRow) => string]> = {
  by_model: ["model", (row) => row.model],
  by_day: ["date", (row) => row.date.slice(0, 10)],
  by_provider: ["provider_name", (row) => row.provider_name],
};

function render(data: ActivityRow[], aggregate: Grouping, limit: number): string {
  if (aggregate === "none") {
    const { rows, note } = topRows(
      [...data].sort((a, b) => b.usage - a.usage),
      limit,
    );
    const columns = (["date", "model", "provider_name", ...FIGURES] as const).map(
      (field) => [field, (row: ActivityRow) => row[field]] as const,
    );
    return joinLines(note, table(columns, rows));
  }
  const [field, name] = GROUP_COLUMNS[aggregate];
  const measure = (row: ActivityRow) => Object.fromEntries(FIGURES.map((figure) => [figure, row[figure]]));
  const groups = groupBy(data, name, measure);
  if (aggregate === "by_day") groups.sort((a, b) => a.name.localeCompare(b.name));
  const { rows, note } = topRows(groups, limit, aggregate === "by_day" ? "oldest first" : undefined);
  return joinLines(
    note,
    table(
      [
        [field, (group) => group.name],
        ...FIGURES.map((figure) => [figure, (group: (typeof groups)[0]) => group.figures[figure]] as const),
      ],
      rows,
    ),
  );
}

const generation = defineTool({
  name: "or_generation",
  group: "activity",
  title: "Get generation",
  description: "Gets cost (USD), tokens, provider and latency (ms) of one request (inference call).",
  input: { id: nonEmptyString.describe("gen-…") },
  run: async ({ id }, { client, signal }) =>
    fieldLines(dropNulls(await getGeneration(client, id, { signal }).catch(throwNotYetAvailable))),
});

function throwNotYetAvailable(error: unknown): never {
  if (!(error instanceof NotFoundError)) throw error;
  throw error.withNextStep(
    "A generation can take a minute to appear after the call. Try again then, and check the id.",
  );
}

export const activityTools = [activity, generation];
