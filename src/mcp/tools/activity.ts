import * as z from "zod";
import {
  type ActivityRow,
  activityByKey,
  activitySpend,
  BadRequestError,
  getActivity,
  getGeneration,
  getKey,
  groupBy,
  listAllKeys,
  totals,
  trim,
  utcDay,
} from "../../openrouter/index.ts";
import { aggregate as groupsOf, type SpendTable } from "../../openrouter/spend/index.ts";
import { defineTool, type ToolContext } from "../defineTool.ts";
import { day, keyHash, rows, text } from "../inputs.ts";
import { cell, fields, lines, slice, table, withoutNulls } from "../text.ts";
import { scope } from "./account.ts";

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
  title: "Activity",
  unbounded: true,
  app: true,
  description:
    "Spend (USD), requests and tokens of the last 30 completed UTC days; today is in or_overview. Group with aggregate; by_key names the keys behind the spend (one request a key, so it takes longer).",
  input: {
    date: day.optional().describe("YYYY-MM-DD"),
    api_key_hash: keyHash.optional(),
    user_id: text.optional(),
    aggregate: z.enum(["none", "by_model", "by_day", "by_provider", "by_key"]).optional(),
    limit: rows(10_000).describe("rows, default 50"),
  },
  run: async ({ aggregate = "none", limit = 50, ...query }, context) => {
    const data = await getActivity(context.client, query, { signal: context.signal }).catch(explain);
    const { usage, byok_usage_inference, requests } = totals(data);
    const days = [...new Set(data.map((row) => row.date.slice(0, 10)))].sort();
    const span = days.length
      ? `${days[0]} to ${days.at(-1)}, ${days.length} days with activity`
      : "no activity in the range asked for";
    const head = `Total usage ${usage} USD, byok_usage_inference ${byok_usage_inference} USD, requests ${requests} (${span}; UTC; source: /activity).`;
    if (aggregate === "by_key") {
      const { text, spend } = await byKey(data, query, limit, context);
      return { text: lines(head, text), spend };
    }
    return { text: lines(head, data.length > 0 && render(data, aggregate, limit)), spend: activitySpend(data, query) };
  },
});

function explain(error: unknown): never {
  if (!(error instanceof BadRequestError)) throw error;
  throw new BadRequestError(
    error.message,
    `Ask for one of the last 30 completed UTC days, before ${utcDay()}; today's spend is in or_overview.`,
    { status: error.status, cause: error },
  );
}

type Grouping = "none" | "by_model" | "by_day" | "by_provider";

const NAMES: Record<Exclude<Grouping, "none">, [string, (row: ActivityRow) => string]> = {
  by_model: ["model", (row) => row.model],
  by_day: ["date", (row) => row.date.slice(0, 10)],
  by_provider: ["provider_name", (row) => row.provider_name],
};

function render(data: ActivityRow[], aggregate: Grouping, limit: number): string {
  if (aggregate === "none") {
    const { shown, rest } = capped(
      [...data].sort((a, b) => b.usage - a.usage),
      limit,
    );
    const columns = (["date", "model", "provider_name", ...FIGURES] as const).map(
      (field) => [field, (row: ActivityRow) => row[field]] as const,
    );
    return lines(rest, table(columns, shown));
  }
  const [field, name] = NAMES[aggregate];
  const measure = (row: ActivityRow) => Object.fromEntries(FIGURES.map((figure) => [figure, row[figure]]));
  const groups = groupBy(data, name, measure);
  if (aggregate === "by_day") groups.sort((a, b) => a.name.localeCompare(b.name));
  const { shown, rest } = capped(groups, limit, aggregate === "by_day" ? "oldest first" : undefined);
  return lines(
    rest,
    table(
      [
        [field, (group) => group.name],
        ...FIGURES.map((figure) => [figure, (group: (typeof groups)[0]) => group.figures[figure]] as const),
      ],
      shown,
    ),
  );
}

/** The largest rows; activity has no offset, so the rest comes by a larger limit or by grouping. */
function capped<T>(items: T[], limit: number, order = "largest usage first"): { shown: readonly T[]; rest: string } {
  const { shown } = slice(items, 0, limit);
  const rest =
    shown.length < items.length
      ? `Rows 1-${shown.length} of ${items.length}, ${order}; more: limit=${items.length}, or aggregate.`
      : "";
  return { shown, rest };
}

async function byKey(
  data: ActivityRow[],
  query: { date?: string; api_key_hash?: string; user_id?: string },
  limit: number,
  { client, signal, progress }: ToolContext,
): Promise<{ text: string; spend: SpendTable }> {
  const listing = query.api_key_hash
    ? { keys: [await getKey(client, query.api_key_hash, { signal })], workspaces: [] }
    : await listAllKeys(client, {}, { signal });
  const spend = await activityByKey(client, listing, data, query, {
    signal,
    onProgress: (done, total) => progress(done, total, "Asking for each key's activity"),
  });
  const groups = keyGroups(spend);
  const { shown, rest } = capped(
    groups.filter(({ hash, usage, byok, requests }) => hash !== null && (usage > 0 || byok > 0 || requests > 0)),
    limit,
  );
  const text = lines(
    remainderText(spend, groups, listing.keys.length),
    !listing.workspaces && `Asked were the keys of ${scope(undefined)}.`,
    rest,
    table(
      [
        ["api_key_hash", (row) => row.hash],
        ["name", (row) => row.name],
        ["usage", (row) => row.usage],
        ["byok_usage_inference", (row) => row.byok],
        ["requests", (row) => row.requests],
      ],
      shown,
    ),
  );
  return { text, spend };
}

type KeyGroup = { hash: string | null; name: string; usage: number; byok: number; requests: number };

/** What each key spent, largest usage first; hash null is what none of them accounts for. */
function keyGroups(spend: SpendTable): KeyGroup[] {
  return groupsOf(spend, { groupBy: "key", metric: "cost" })
    .groups.map(({ id, name, figures: { cost, byok_cost, requests } }) => {
      return { hash: id, name, usage: trim(cost - byok_cost), byok: byok_cost, requests };
    })
    .sort((a, b) => b.usage - a.usage);
}

/** Whether the keys account for all of the total, and what to think of what they do not. */
function remainderText(spend: SpendTable, groups: KeyGroup[], keys: number): string {
  const failure = spend.notes.find((note) => note.kind === "keysFailed");
  const failed = failure?.failed ?? 0;
  const { usage = 0, byok = 0, requests = 0 } = groups.find(({ hash }) => hash === null) ?? {};
  const whose = failure
    ? `the ${keys - failed} keys that answered (but of the others, or of deleted keys)`
    : `the ${keys} keys asked (for example of deleted keys)`;
  return lines(
    failure && `${failed} of the ${keys} keys were not answered: ${cell(failure.cause)}`,
    [usage, byok, requests].some((value) => Math.abs(value) > 1e-6)
      ? `Of none of ${whose}: usage ${usage} USD, byok_usage_inference ${byok} USD, requests ${requests}; with these the rows add up to the total.`
      : "The keys' sums equal the total.",
  );
}

const generation = defineTool({
  name: "or_generation",
  title: "Generation",
  description: "Cost (USD), tokens, provider and latency (ms) of one inference call.",
  input: { id: text.describe("gen-…") },
  run: async ({ id }, { client, signal }) => fields(withoutNulls(await getGeneration(client, id, { signal }))),
});

export const activityTools = [activity, generation];
