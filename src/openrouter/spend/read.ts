import { listAllKeys } from "../account/listAll.ts";
import { requireManagementKey } from "../account/managementKey.ts";
import { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key, Workspace } from "../schemas.ts";
import { type CompletedDays, readCompletedDays } from "./completedDays.ts";
import { type CurrentSpend, type Listing, type ReadContext, type SpendOptions, sharedProgress } from "./context.ts";
import { createKeyParts } from "./keyParts.ts";
import { canonicalNames, nameLookup } from "./names.ts";
import { getPeriods } from "./periods.ts";
import { type Plan, planSources } from "./plan.ts";
import type { SpendRequest } from "./request.ts";
import { readSegments, type Segment } from "./segments.ts";
import { currentBucket, dayAfter, spanOf } from "./span.ts";
import { type SpendRow, type SpendTable, toTable } from "./table.ts";

/**
 * Reads the account's spend in UTC days or hours. The last 30 completed days come from `GET /activity`; today, hours and
 * older days from `POST /analytics/query`. Without analytics, today comes from the keys' counters and older days are a
 * gap. Spend without a known key, provider or workspace stays unattributed.
 * @throws OpenRouterError if no source succeeded
 */
export async function readSpend(
  client: Client,
  request: SpendRequest,
  options: SpendOptions = {},
): Promise<SpendTable> {
  const { signal } = options;
  const given = options.current instanceof OpenRouterError ? undefined : options.current;
  // Everything that is read ends when the shared reading does, so that all figures of today add up to it.
  const { now = given ? new Date(given.until) : client.now() } = options;
  const span = spanOf(request.range, request.compare ?? false, now);
  const buckets = request.day ? span.buckets.filter((bucket) => bucket.startsWith(request.day!)) : span.buckets;
  const plans = planSources(request, span, buckets);
  const context = createContext(client, request, options, { span, buckets, now, plans });
  // With an inference key the account would seem to have no spend. A given reading has checked the key.
  const allowed = given ? undefined : requireManagementKey(client, { signal });
  const [results] = await Promise.all([Promise.all(plans.map((plan) => readSegments(plan, context))), allowed]);
  const segments = results.flat();
  const { failures } = context;
  if (failures[0] && !segments.some(({ hasMeasure }) => hasMeasure("cost"))) throw failures[0];
  // Workspace names come with the list of keys, which is read only if needed. If it failed for today's counters only,
  // the other days are still valid.
  const listed = request.dimensions.includes("workspace")
    ? context.allKeys()
    : context.listed()?.catch(() => undefined);
  const { keys = [], workspaces = [] } = (await listed) ?? {};
  return buildTable(context, buckets, segments, { keys, workspaces });
}

/** Creates the context of one read; what several segments need is read once. */
function createContext(
  client: Client,
  request: SpendRequest,
  options: SpendOptions,
  { plans, ...range }: Pick<ReadContext, "span" | "buckets" | "now"> & { plans: readonly Plan[] },
): ReadContext & { listed(): Promise<Listing> | undefined } {
  const { signal, current } = options;
  let listing: Promise<Listing> | undefined;
  let reading: Promise<CurrentSpend> | undefined;
  let completed: Promise<CompletedDays> | undefined;
  const allKeys = () => (listing ??= options.allKeys?.() ?? listAllKeys(client, {}, { signal }));
  let relisted: Promise<Listing> | undefined;
  const relist = () => {
    listing = relisted ??= options.relist?.() ?? listAllKeys(client, {}, { signal, fresh: true });
    return relisted;
  };
  async function readCurrent(): Promise<CurrentSpend> {
    if (current instanceof OpenRouterError) throw current;
    return (
      current ?? { ...(await getPeriods(client, { signal }, allKeys, range.now)), readAt: new Date().toISOString() }
    );
  }
  const reuse: ReadContext["reuse"] = ({ from, to }, id, load) => {
    const isCompleted = range.span.unit === "day" && to < range.span.today;
    return isCompleted && options.reuse ? options.reuse(`${from} ${to} ${id}`, load, signal) : load(signal);
  };
  const past = { from: "", to: dayAfter(range.span.today, -1) };
  const completedDays = () =>
    (completed ??= reuse(past, "activity", (own) => readCompletedDays(client, { signal: own })));
  const usesActivity = !request.keys && plans.some(({ source }) => source === "activity");
  const progress = sharedProgress(options.onProgress);
  const context = {
    ...{ client, request, options, ...range, plans, progress, allKeys, relist, completedDays, reuse },
    failures: [] as OpenRouterError[],
    supported: current && "measures" in current && current.source === "analytics" ? current.measures : undefined,
    current: () => (reading ??= readCurrent()),
    async rename(rows: SpendRow[], renameOptions?: RequestOptions) {
      const days = usesActivity ? await completedDays().catch(() => undefined) : undefined;
      return canonicalNames(client, rows, renameOptions, days?.names);
    },
    listed: () => listing,
  };
  return { ...context, keyParts: createKeyParts(context) };
}

function buildTable(
  { request, span, now }: ReadContext,
  buckets: string[],
  segments: Segment[],
  { keys, workspaces }: { keys: readonly Key[]; workspaces: readonly Workspace[] | undefined },
): SpendTable {
  const current = currentBucket(span.unit, now);
  const succeeded = segments.filter(({ hasMeasure }) => hasMeasure("cost"));
  // The reading of the current day has no hours.
  const isWholeDay = span.unit === "hour" && succeeded.some(({ source }) => source.from === span.today);
  return toTable(
    segments.flatMap(({ rows }) => rows),
    {
      unit: isWholeDay ? "day" : span.unit,
      buckets: isWholeDay ? [span.today] : buckets,
      current: isWholeDay ? span.today : current,
      isKnown: (measure, bucket) =>
        bucket <= current &&
        segments.some(({ source, hasMeasure }) => hasMeasure(measure) && bucket >= source.from && bucket <= source.to),
      dimensions: [...new Set([...request.dimensions, ...(request.keys ? (["key"] as const) : [])])],
      name: nameLookup(keys, workspaces),
      sources: succeeded.map(({ source }) => source),
      notes: segments.flatMap(({ notes }) => notes),
    },
  );
}
