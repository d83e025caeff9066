import { type ActivityRow, activityByKey, dropFloatNoise, type Rows } from "../../openrouter/index.ts";
import { aggregate, type SpendTable } from "../../openrouter/spend/index.ts";
import type { ToolContext } from "../defineTool.ts";
import { cell, joinLines, table, topRows } from "../text.ts";
import { omittedText, workspaceText } from "./coverage.ts";

/** Returns the spend by key, with the unattributed remainder. */
export async function activityByKeyResult(
  activity: Promise<Rows<ActivityRow>>,
  query: { date?: string; api_key_hash?: string; user_id?: string },
  limit: number,
  { client, signal, progress, supportsApps }: ToolContext,
): Promise<{ text: string; spend: SpendTable }> {
  const { spend, keys, workspaces, ...omitted } = await activityByKey(client, activity, query, {
    signal,
    // The chart can drill down from a provider to its keys.
    splitByProvider: supportsApps,
    onProgress: (done, total) => progress(done, total, "Reading each key's activity"),
  });
  const groups = keyGroups(spend);
  // The API's own names; the chart's tell keys of the same name apart, which the hash does here.
  const names = new Map(keys.map(({ hash, name }) => [hash, name]));
  const { rows, note } = topRows(
    groups.filter(({ hash, usage, byok, requests }) => hash !== null && (usage > 0 || byok > 0 || requests > 0)),
    limit,
  );
  const text = joinLines(
    sourceText(spend),
    remainderText(spend, groups, keys.length),
    !workspaces && `Covers the keys of ${workspaceText(undefined)}.`,
    omittedText(omitted),
    note,
    table(
      [
        ["api_key_hash", (row) => row.hash],
        ["name", (row) => names.get(row.hash ?? "") || row.name],
        ["usage", (row) => row.usage],
        ["byok_usage_inference", (row) => row.byok],
        ["requests", (row) => row.requests],
      ],
      rows,
    ),
  );
  return { text, spend };
}

type KeyGroup = { hash: string | null; name: string; usage: number; byok: number; requests: number };

/** Returns the spend of each key, largest first. The row with hash null is unattributed. */
function keyGroups(spend: SpendTable): KeyGroup[] {
  return aggregate(spend, { groupBy: "key", metric: "cost" })
    .groups.map(({ id, name, figures: { cost, byok_cost, requests } }) => {
      return { hash: id, name, usage: dropFloatNoise(cost - byok_cost), byok: byok_cost, requests };
    })
    .sort((a, b) => b.usage - a.usage);
}

/** Says where the figures by key come from. */
function sourceText({ sources, notes }: SpendTable): string {
  if (sources.some(({ source }) => source === "analytics"))
    return "Source by key: analytics; its totals match /activity.";
  const unavailable = notes.find((note) => note.kind === "analyticsUnavailable");
  return `Source by key: /activity, one request per key${unavailable ? ` (analytics unavailable: ${cell(unavailable.cause)})` : ""}.`;
}

/** Compares the sum of all keys with the total, and explains the difference. */
function remainderText(spend: SpendTable, groups: KeyGroup[], keys: number): string {
  const failure = spend.notes.find((note) => note.kind === "keysFailed");
  const failed = failure?.failed ?? 0;
  const { usage = 0, byok = 0, requests = 0 } = groups.find(({ hash }) => hash === null) ?? {};
  const origin = failure
    ? "the keys that could not be read, or from deleted keys"
    : `keys other than the ${keys} read, such as deleted ones`;
  return joinLines(
    failure && `${failed} of ${keys} keys could not be read: ${cell(failure.cause)}`,
    [usage, byok, requests].some((value) => Math.abs(value) > 1e-6)
      ? `Unattributed: usage ${usage} USD, byok_usage_inference ${byok} USD, requests ${requests}, from ${origin}. With it, the keys add up to the total.`
      : "The keys add up to the total.",
  );
}
