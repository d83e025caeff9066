import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { forecastSpend } from "../../src/openrouter/foresight/forecast/forecast.ts";
import { HORIZON_DAYS } from "../../src/openrouter/foresight/forecast/forecastReading.ts";
import { isForecast } from "../../src/openrouter/foresight/forecast/readOutlook.ts";
import { dayAfter } from "../../src/openrouter/spend/span.ts";
import { utcDay } from "../../src/openrouter/text/figures.ts";
import { DAY_MS } from "../../src/openrouter/time.ts";
import { type LedgerRow, type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";

/** The tests compare days, and wait for the next one if it begins within this time. */
const MIDNIGHT_MS = 60_000;

const cost = (rows: readonly LedgerRow[]) => rows.reduce((sum, { usage, byok }) => sum + usage + byok, 0) / 1e6;

describe("MCP server: or_forecast", () => {
  let account: SampleAccount;
  let server: McpServer;

  let today = "";

  async function start(options: SampleOptions = {}): Promise<void> {
    const left = DAY_MS - (Date.now() % DAY_MS);
    if (left < MIDNIGHT_MS) await sleep(left);
    today = utcDay();
    account = await startSampleAccount({ seed: "forecast", ...options });
    server = await startServer({ ...serverEnv(account), OPENROUTER_ADMIN_TOOLS: "or_forecast" });
  }
  afterEach(async () => {
    await server.close();
    await account.close();
  });

  async function call(args: Record<string, unknown> = {}): Promise<string> {
    const { text, isError } = await server.call("or_forecast", args);
    assert.equal(isError, false, text);
    return text;
  }

  const ledger = (keep: (row: LedgerRow) => boolean) =>
    account.state.ledger.filter((row) => row.at < Date.now() && keep(row));
  const keyNamed = (name: string) => [...account.state.keys.values()].find((key) => key.name === name)!;
  const ENDED = ["agent-prototype", "legacy-chatbot", "seasonal-campaign", "synthetic-data"];
  /** The ledger's completed days, from the first spend on. */
  function daysOf(keep: (row: LedgerRow) => boolean): { from: string; usd: number[] } {
    const rows = Map.groupBy(ledger(keep), ({ day }) => day);
    const [first] = [...rows.keys()].filter((day) => day > dayAfter(today, -365)).sort();
    const usd: number[] = [];
    for (let day = first!; day < today; day = dayAfter(day)) usd.push(cost(rows.get(day) ?? []));
    return { from: first!, usd };
  }
  const figures = (line: string) =>
    [...line.matchAll(/(?<![\d.-])\d+(?:\.\d+)?(?![\d.-])/g)].map(([figure]) => Number(figure));

  it("forecasts the month and the end of the credits from what keys in use have spent", async () => {
    await start();
    const ended = new Set(ENDED.map((name) => keyNamed(name).hash));
    const { requests } = account;
    const text = await call();
    assert.ok(requests.filter(({ path }) => path === "/analytics/query").length <= 4);
    assert.match(text, /^Forecast for the account at .*; USD including BYOK, UTC days/);
    const [, end, estimate, so] = /^month_end (.*?): (.*); spent so far (.*)$/m.exec(text) ?? [];
    assert.ok(end && estimate, text);
    assert.equal(dayAfter(end).slice(8), "01");
    const [middle, low, high] = figures(estimate) as [number, number, number];
    const spent = Number(so);
    assert.ok(Math.abs(spent - cost(ledger(({ day }) => day.startsWith(today.slice(0, 7))))) < 0.006, text);
    assert.ok(spent < low && low < middle && middle < high, text);
    const result = forecastSpend(
      { ...daysOf(({ key }) => !ended.has(key)), today: undefined },
      { horizon: HORIZON_DAYS, seed: "account" },
    );
    assert.ok(isForecast(result));
    // Later days don't depend on how much of today has passed.
    const { low: least, middle: likely, high: most } = result.days[2]!;
    const row = text.split("\n").find((line) => line.startsWith(`${dayAfter(today, 2)}\t`))!;
    assert.deepEqual(
      row.split("\t").slice(1).map(Number),
      [least, likely, most].map((usd) => Number(usd.toFixed(2))),
    );
    assert.match(
      text,
      new RegExp(`^Checked on ${result.backtest.days} past days: ${Math.round(result.backtest.within * 100)}%`, "m"),
    );
    assert.match(
      text,
      /^credits_end: \d{4}-\d\d-\d\d \(\d{4}-\d\d-\d\d to (\d{4}-\d\d-\d\d|not within 120 days)\); remaining [\d.]+ USD$/m,
    );
  });

  it("caps the month at what the limits of all keys allow, and says so", async () => {
    await start();
    const { state } = account;
    state.ledger = state.ledger.filter(({ key }) => state.keys.has(key));
    // Nothing can be spent this month.
    for (const key of state.keys.values())
      Object.assign(key, { limit: 0.000001, limit_reset: "monthly", include_byok_in_limit: true });
    const text = await call();
    const [, most, spent] =
      /^month_end \S+: at most ([\d.]+), which the keys' limits allow; spent so far ([\d.]+)$/m.exec(text) ?? [];
    assert.ok(most, text);
    assert.ok(Math.abs(Number(most) - Number(spent)) < 0.01, text);
    assert.match(text, /^Capped at what today's keys can still spend by their limits; new keys or higher limits/m);
    assert.match(text, /^Past spend of keys that can't spend any more \(.*\) is left out\.$/m);
  });

  it("says when a key's limit is reached", async () => {
    await start();
    const key = keyNamed("code-review");
    Object.assign(key, { limit: cost(ledger((row) => row.key === key.hash)) + 20, limit_reset: null });
    const text = await call({ api_key_hash: key.hash });
    assert.match(text, /^Forecast for the key “code-review”/);
    const [, left, day, early, late] =
      /^limit .* USD, no reset, remaining (.*): reached (\S+) \((\S+) to (\S+)\)$/m.exec(text) ?? [];
    assert.ok(left && day && early && late, text);
    assert.ok(today < early && early <= day && day <= late, text);
    // It spends 3.20 on a working day, and 60% of it at the weekend.
    const days = (Date.parse(day) - Date.parse(today)) / DAY_MS;
    assert.ok(Number(left) / 3.2 - 2 < days && days < Number(left) / 1.9 + 2, text);
  });

  it("says that a limit isn't expected to be reached", async () => {
    await start();
    const text = await call({ api_key_hash: keyNamed("support-assistant").hash });
    assert.match(text, /^limit 600 USD, monthly, remaining [\d.]+: not expected to be reached before its reset$/m);
  });

  it("says that a limit toward which BYOK doesn't count is not taken into account", async () => {
    await start();
    for (const [name, isIgnored] of [
      ["partner-contoso", true],
      ["partner-northwind", false],
      ["code-review", false],
    ] as const) {
      const text = await call({ api_key_hash: keyNamed(name).hash });
      assert.equal(
        /don't take the limit into account, since BYOK doesn't count toward it\.$/m.test(text),
        isIgnored,
        text,
      );
    }
  });

  it("says that a disabled key spends no more", async () => {
    await start();
    const text = await call({ api_key_hash: keyNamed("legacy-chatbot").hash });
    assert.match(text, /^The key is disabled: it spends no more\.$/m);
    assert.doesNotMatch(text, /month_end/);
  });

  it("forecasts a workspace", async () => {
    await start();
    const { id } = account.state.workspaces.find(({ name }) => name === "Research")!;
    const text = await call({ workspace_id: id });
    const spent = Number(/spent so far ([\d.]+)/.exec(text)?.[1]);
    assert.ok(
      Math.abs(spent - cost(ledger((row) => row.workspaceId === id && row.day.startsWith(today.slice(0, 7))))) < 0.006,
      text,
    );
  });

  it("refuses a key together with a workspace, and sends nothing", async () => {
    await start();
    const workspace_id = account.state.workspaces.find(({ name }) => name === "Research")!.id;
    const args = { api_key_hash: keyNamed("code-review").hash, workspace_id };
    const { text, isError } = await server.call("or_forecast", args);
    assert.equal(isError, true, text);
    assert.match(text, /api_key_hash and workspace_id exclude each other; nothing was sent\. Next: Pass one of them/);
    assert.deepEqual(account.requests, []);
  });

  it("says why there is no forecast", async () => {
    await start();
    const key = keyNamed("gemini-3-trial");
    Object.assign(key, { limit: 500, limit_reset: null });
    const text = await call({ api_key_hash: key.hash });
    assert.match(text, /^limit 500 USD, .*: when it is reached is unknown \(no forecast: it needs 21 days/m);
    assert.match(text, /^No forecast: it needs 21 days since the first spend, there are \d\. source: analytics$/m);
    assert.doesNotMatch(text, /month_end/);
  });

  it("starts from the 30 days of the activity without analytics, and says so", async () => {
    await start({ analytics: false });
    const text = await call();
    assert.match(text, /source: the 30 days of \/activity$/m);
    assert.match(text, /^Note: .*403/m);
  });
});
