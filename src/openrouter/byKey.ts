import type { Client } from "./client.ts";
import type { Unreadable } from "./endpoints/envelopes.ts";
import type { ActivityQuery } from "./endpoints/usage.ts";
import { sum } from "./figures.ts";
import type { ActivityRow, Key, Workspace } from "./schemas.ts";
import { activityRow, activitySource } from "./spend/activitySource.ts";
import { activityDays, activityTable } from "./spend/activityTable.ts";
import { attribute } from "./spend/attribute.ts";
import { entryNames } from "./spend/entryNames.ts";
import { type KeyPartsOptions, keyParts } from "./spend/keyParts.ts";
import type { SpendTable } from "./spend/table.ts";

/** What a query of `/activity` answered, by day, model and provider. */
export function activitySpend(
  rows: readonly ActivityRow[],
  { date }: ActivityQuery = {},
  unreadable?: Unreadable,
): SpendTable {
  const spend = rows.map(activityRow);
  const notes = unreadable ? [{ kind: "rowsUnreadable", ...unreadable } as const] : [];
  return activityTable(spend, activityDays(spend, date), ["model", "provider"], { notes });
}

/**
 * The same by key, too. Rows of `/activity` carry no key, so each key is asked for by its hash, however many there are;
 * what none of them accounts for, such as the spend of keys that are deleted or were not answered, is unattributed.
 * @param rows the same query's rows for all keys
 */
export async function activityByKey(
  client: Client,
  { keys, workspaces }: { keys: readonly Key[]; workspaces: readonly Workspace[] | undefined },
  rows: readonly ActivityRow[],
  { date, user_id, api_key_hash }: ActivityQuery,
  options: KeyPartsOptions,
): Promise<SpendTable> {
  const whole = rows.map(activityRow);
  const days = activityDays(whole, date);
  const scope = { user_id, api_key_hash, workspaces: false };
  const source = activitySource(client, days[0]!, days.at(-1)!, scope);
  const parts = await keyParts({ ...source, mostKeys: Number.POSITIVE_INFINITY }, keys, whole, options);
  return activityTable(
    attribute(whole, parts.rows, source.tellsApart),
    days,
    ["model", "provider", "key", "workspace"],
    {
      name: entryNames(keys, workspaces),
      notes: [...parts.notes, ...(workspaces ? [] : [{ kind: "workspacesUnavailable" } as const])],
    },
  );
}

/** Sums of activity rows: USD and requests. */
export function totals(rows: readonly ActivityRow[]) {
  return {
    usage: sum(rows.map((row) => row.usage)),
    byok_usage_inference: sum(rows.map((row) => row.byok_usage_inference)),
    requests: sum(rows.map((row) => row.requests)),
  };
}
