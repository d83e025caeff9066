import assert from "node:assert/strict";
import type { SampleAccount } from "../../../src/sample/index.ts";

/** Reads from the sample account over HTTP, without our client. */
async function get<T>(account: SampleAccount, path: string): Promise<T> {
  const response = await fetch(`${account.baseUrl}${path}`, { headers: { Authorization: `Bearer ${account.key}` } });
  assert.equal(response.status, 200, `${path} returned ${response.status}`);
  return ((await response.json()) as { data: T }).data;
}

export async function trueRemaining(account: SampleAccount): Promise<number> {
  const credits = await get<{ total_credits: number; total_usage: number }>(account, "/credits");
  return credits.total_credits - credits.total_usage;
}

/** Returns yesterday's UTC date and spend. */
export async function trueYesterday(account: SampleAccount): Promise<{ date: string; usage: number }> {
  const date = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const rows = await get<{ usage: number }[]>(account, `/activity?date=${date}`);
  assert.ok(rows.length > 0, `the sample account has no activity on ${date}`);
  return { date, usage: rows.reduce((sum, row) => sum + row.usage, 0) };
}
