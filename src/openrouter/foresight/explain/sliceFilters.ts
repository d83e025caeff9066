import type { Client, RequestOptions } from "../../http/call.ts";
import type { Filter } from "../../spend/aggregate.ts";
import type { AnalyticsFilters } from "../../spend/analyticsRows.ts";
import { providerAliases } from "../../spend/names.ts";

/** Returns the filters of providers and workspaces, which the rows aren't split by. */
export async function sliceFilters(
  client: Client,
  { provider, workspace }: Filter,
  { signal }: RequestOptions,
): Promise<AnalyticsFilters> {
  const isKnown = (id: string | null) => id !== null;
  const providers = provider?.filter(isKnown);
  const names = providers && (await Promise.all(providers.map((name) => providerAliases(client, name, signal))));
  return [
    ...(names ? [{ field: "provider", operator: "in", value: names.flat() }] : []),
    ...(workspace ? [{ field: "workspace", operator: "in", value: workspace.filter(isKnown) }] : []),
  ];
}
