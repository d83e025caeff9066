import assert from "node:assert/strict";
import type { SampleAccount } from "../../../src/sample/index.ts";

/** Asks the sample account over HTTP, with nothing of our client between. */
async function ask<T>(account: SampleAccount, path: string): Promise<T> {
  const response = await fetch(`${account.baseUrl}${path}`, { headers: { Authorization: `Bearer ${account.key}` } });
  assert.equal(response.status, 200, `${path} answered ${response.status}`);
  return ((await response.json()) as { data: T }).data;
}

export async function trueRemaining(account: SampleAccount): Promise<number> {
  const credits = await ask<{ total_credits: number; total_usage: number }>(account, "/credits");
  return credits.total_credits - credits.total_usage;
}

/** Yesterday, by UTC as the API counts days, and what was spent on it. */
export async function trueYesterday(account: SampleAccount): Promise<{ date: string; usage: number }> {
  const date = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const rows = await ask<{ usage: number }[]>(account, `/activity?date=${date}`);
  assert.ok(rows.length > 0, `the sample account has no activity on ${date}`);
  return { date, usage: rows.reduce((sum, row) => sum + row.usage, 0) };
}
