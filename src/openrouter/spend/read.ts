import { listAllKeys } from "../account/listAll.ts";
import { requireManagementKey } from "../account/managementKey.ts";
import type { OpenRouterError } from "../errors.ts";
import type { Client } from "../http/call.ts";
import type { Key, Workspace } from "../schemas.ts";
import { nameLookup } from "./names.ts";
import { planSources } from "./plan.ts";
import type { SpendRequest } from "./request.ts";
import {
  type Listing,
  type ReadContext,
  readSegments,
  type Segment,
  type SpendOptions,
  sharedProgress,
} from "./segments.ts";
import { currentBucket, spanOf } from "./span.ts";
import { type SpendTable, toTable } from "./table.ts";

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
  const { now = client.now() } = options;
  const span = spanOf(request.range, request.compare ?? false, now);
  const buckets = request.day ? span.buckets.filter((bucket) => bucket.startsWith(request.day!)) : span.buckets;
  let listing: Promise<Listing> | undefined;
  const allKeys = () => (listing ??= options.allKeys?.() ?? listAllKeys(client, {}, { signal }));
  const failures: OpenRouterError[] = [];
  const plans = planSources(request.range, span, buckets);
  const analyticsPlans = Math.max(1, plans.filter(({ source }) => source === "analytics").length);
  const progress = sharedProgress(options.onProgress);
  const context: ReadContext = { client, request, options, span, now, allKeys, failures, analyticsPlans, progress };
  // With an inference key the account would seem to have no spend.
  const allowed = requireManagementKey(client, { signal });
  const [results] = await Promise.all([Promise.all(plans.map((plan) => readSegments(plan, context))), allowed]);
  const segments = results.flat();
  if (failures[0] && !segments.some(({ hasMeasure }) => hasMeasure("cost"))) throw failures[0];
  // Workspace names come with the list of keys, which is read only if needed. If it failed for today's counters only,
  // the other days are still valid.
  const listed = request.dimensions.includes("workspace") ? allKeys() : listing?.catch(() => undefined);
  const { keys = [], workspaces = [] } = (await listed) ?? {};
  return buildTable(context, buckets, segments, { keys, workspaces });
}

function buildTable(
  { request, span, now }: ReadContext,
  buckets: string[],
  segments: Segment[],
  { keys, workspaces }: { keys: readonly Key[]; workspaces: readonly Workspace[] | undefined },
): SpendTable {
  const current = currentBucket(span.unit, now);
  const succeeded = segments.filter(({ hasMeasure }) => hasMeasure("cost"));
  // The counters have no hours, only the day.
  const isWholeDay = span.unit === "hour" && succeeded.some(({ source }) => source.source === "counters");
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
