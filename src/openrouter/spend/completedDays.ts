// The completed days of `/activity`, read once for all charts.
import { getActivity } from "../endpoints/usage.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { ActivityRow } from "../schemas.ts";
import { activityRow } from "./activitySource.ts";
import type { KnownNames } from "./names.ts";
import type { SpendNote, SpendRow } from "./table.ts";

/** A response of `/activity`: up to 30 completed days by model, provider and workspace. */
export interface CompletedDays {
  rows: SpendRow[];
  notes: SpendNote[];
  /** ISO time. */
  readAt: string;
  /** Its providers, and those models whose slug has no variants in it. */
  names: KnownNames;
  /** The shortest id of the models that share a slug, by id and by slug: analytics can't distinguish variants (`:free`). */
  modelBySlug: ReadonlyMap<string, string>;
}

export async function readCompletedDays(client: Client, options?: RequestOptions): Promise<CompletedDays> {
  const { data, unreadable } = await getActivity(client, { group_by: "workspace" }, options);
  const shortest = shortestIds(data);
  const modelBySlug = new Map(shortest);
  for (const { model, model_permaslug: slug } of data)
    if (typeof slug === "string") modelBySlug.set(model, shortest.get(slug)!);
  return {
    rows: data.map(activityRow),
    notes: unreadable ? [{ kind: "rowsUnreadable", ...unreadable }] : [],
    readAt: new Date().toISOString(),
    names: {
      // A variant's slug is its model's, which may be among other rows.
      models: new Map([...shortest].filter(([, id]) => !id.includes(":"))),
      providers: new Map(data.map(({ provider_name: name }) => [name.toLowerCase(), name])),
    },
    modelBySlug,
  };
}

/** Maps permaslugs to model ids. Variants (`:free`) share their model's slug, so the shortest id wins. */
export function shortestIds(activity: readonly ActivityRow[]): Map<string, string> {
  const ids = new Map<string, string>();
  for (const { model, model_permaslug: slug } of activity) {
    const found = typeof slug === "string" ? ids.get(slug) : undefined;
    if (typeof slug === "string" && (found === undefined || model.length < found.length)) ids.set(slug, model);
  }
  return ids;
}
