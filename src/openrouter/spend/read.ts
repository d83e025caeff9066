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
 * The account's spend in UTC days or hours. Completed days of the last 30 come from `GET /activity`; today, hours and
 * older days from `POST /analytics/query`; without analytics today comes from the keys' counters, and older days are a
 * gap. What no key, provider or workspace accounts for stays unattributed.
 * @throws OpenRouterError where no source answered
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
  const reading: ReadContext = { client, request, options, span, now, allKeys, failures, analyticsPlans, progress };
  // An inference key would read as an account that spends nothing.
  const allowed = requireManagementKey(client, { signal });
  const [answered] = await Promise.all([Promise.all(plans.map((plan) => readSegments(plan, reading))), allowed]);
  const segments = answered.flat();
  if (failures[0] && !segments.some(({ hasMeasure }) => hasMeasure("cost"))) throw failures[0];
  // Names of workspaces come with the list of keys, and only where somebody asks for them. Where only today's counters
  // did and failed, the other days stand all the same.
  const listed = request.dimensions.includes("workspace") ? allKeys() : listing?.catch(() => undefined);
  const { keys = [], workspaces = [] } = (await listed) ?? {};
  return buildTable(reading, buckets, segments, { keys, workspaces });
}

function buildTable(
  { request, span, now }: ReadContext,
  buckets: string[],
  segments: Segment[],
  { keys, workspaces }: { keys: readonly Key[]; workspaces: readonly Workspace[] | undefined },
): SpendTable {
  const current = currentBucket(span.unit, now);
  const answered = segments.filter(({ hasMeasure }) => hasMeasure("cost"));
  // The counters know a day, not its hours.
  const whole = span.unit === "hour" && answered.some(({ source }) => source.source === "counters");
  return toTable(
    segments.flatMap(({ rows }) => rows),
    {
      unit: whole ? "day" : span.unit,
      buckets: whole ? [span.today] : buckets,
      current: whole ? span.today : current,
      isKnown: (measure, bucket) =>
        bucket <= current &&
        segments.some(({ source, hasMeasure }) => hasMeasure(measure) && bucket >= source.from && bucket <= source.to),
      dimensions: [...new Set([...request.dimensions, ...(request.keys ? (["key"] as const) : [])])],
      name: nameLookup(keys, workspaces),
      sources: answered.map(({ source }) => source),
      notes: segments.flatMap(({ notes }) => notes),
    },
  );
}
