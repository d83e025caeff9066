import { type ActivityRow, activityByKey, dropFloatNoise, type Rows } from "../../openrouter/index.ts";
import { aggregate, type SpendTable } from "../../openrouter/spend/index.ts";
import type { ToolContext } from "../defineTool.ts";
import { cell, joinLines, table, topRows } from "../text.ts";
import { omittedText, workspaceText } from "./coverage.ts";

/** The answer of a query split by key, with the unattributed rest. */
export async function activityByKeyResult(
  activity: Promise<Rows<ActivityRow>>,
  query: { date?: string; api_key_hash?: string; user_id?: string },
  limit: number,
  { client, signal, progress, supportsApps }: ToolContext,
): Promise<{ text: string; spend: SpendTable }> {
  const { spend, keys, workspaces, ...left } = await activityByKey(client, activity, query, {
    signal,
    // The chart leads from a provider to its keys.
    splitByProvider: supportsApps,
    onProgress: (done, total) => progress(done, total, "Reading each key's activity"),
  });
  const groups = keyGroups(spend);
  const { shown, rest } = topRows(
    groups.filter(({ hash, usage, byok, requests }) => hash !== null && (usage > 0 || byok > 0 || requests > 0)),
    limit,
  );
  const text = joinLines(
    sourceText(spend),
    remainderText(spend, groups, keys.length),
    !workspaces && `Asked were the keys of ${workspaceText(undefined)}.`,
    omittedText(left),
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

/** The spend of each key, largest first; the row with hash null is unattributed. */
function keyGroups(spend: SpendTable): KeyGroup[] {
  return aggregate(spend, { groupBy: "key", metric: "cost" })
    .groups.map(({ id, name, figures: { cost, byok_cost, requests } }) => {
      return { hash: id, name, usage: dropFloatNoise(cost - byok_cost), byok: byok_cost, requests };
    })
    .sort((a, b) => b.usage - a.usage);
}

/** Where the figures by key come from. */
function sourceText({ sources, notes }: SpendTable): string {
  if (sources.some(({ source }) => source === "analytics"))
    return "By key: source analytics, whose sums agree with /activity.";
  const unavailable = notes.find((note) => note.kind === "analyticsUnavailable");
  return `By key: source /activity, key by key${unavailable ? ` (not the analytics: ${cell(unavailable.cause)})` : ""}.`;
}

/** Compares the keys' sum with the total and explains the difference. */
function remainderText(spend: SpendTable, groups: KeyGroup[], keys: number): string {
  const failure = spend.notes.find((note) => note.kind === "keysFailed");
  const failed = failure?.failed ?? 0;
  const { usage = 0, byok = 0, requests = 0 } = groups.find(({ hash }) => hash === null) ?? {};
  const whose = failure
    ? `the ${keys - failed} keys that answered (but of the others, or of deleted keys)`
    : `the ${keys} keys asked (for example of deleted keys)`;
  return joinLines(
    failure && `${failed} of the ${keys} keys were not answered: ${cell(failure.cause)}`,
    [usage, byok, requests].some((value) => Math.abs(value) > 1e-6)
      ? `Of none of ${whose}: usage ${usage} USD, byok_usage_inference ${byok} USD, requests ${requests}; with these the rows add up to the total.`
      : "The keys' sums equal the total.",
  );
}
