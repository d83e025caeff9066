import assert from "node:assert/strict";
import { elapsedShare, shareBefore } from "../../src/openrouter/foresight/forecast/dayShare.ts";
import { endedKeys } from "../../src/openrouter/foresight/forecast/endedKeys.ts";
import { forecastReading } from "../../src/openrouter/foresight/forecast/forecastReading.ts";
import { type DailySpendOptions, readDailySpend } from "../../src/openrouter/foresight/forecast/read.ts";
import { isForecast, type KeyListing, readOutlook } from "../../src/openrouter/foresight/forecast/readOutlook.ts";
import { readWorkspaceOutlook } from "../../src/openrouter/foresight/forecast/readWorkspaceOutlook.ts";
import { createClient, getPeriods, type Key, listAllKeys } from "../../src/openrouter/index.ts";
import { dayAfter } from "../../src/openrouter/spend/span.ts";
import { DAY_MS } from "../../src/openrouter/time.ts";
import { type LedgerRow, type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { NOON, TODAY } from "../support/sdk.ts";
import { assertNear } from "../support/spendTables.ts";

describe("readDailySpend", () => {
  let account: SampleAccount;
  afterEach(() => account.close());

  async function start(options: SampleOptions = {}) {
    account = await startSampleAccount({ now: () => new Date(NOON), ...options });
    // A client learns the API's time with its first response.
    const client = createClient(account);
    return { ...client, now: () => new Date(NOON) };
  }
  async function read(options: DailySpendOptions = {}, sample: SampleOptions = {}) {
    const client = await start(sample);
    return readDailySpend(client, options);
  }

  const cost = (rows: readonly LedgerRow[]) => rows.reduce((sum, { usage, byok }) => sum + usage + byok, 0) / 1e6;
  const byok = (rows: readonly LedgerRow[]) => rows.reduce((sum, one) => sum + one.byok, 0) / 1e6;
  const rowsOf = (day: string, keep: (row: LedgerRow) => boolean = () => true) =>
    account.state.ledger.filter((row) => row.day === day && row.at < Date.parse(NOON) && keep(row));

  function assertDays(from: string, usd: readonly number[], expected: (day: string) => number): void {
    assert.equal(dayAfter(from, usd.length), TODAY);
    for (const [i, each] of usd.entries()) assertNear(each, expected(dayAfter(from, i)), dayAfter(from, i));
  }
  const queries = () => account.requests.filter(({ path }) => path === "/analytics/query").length;

  it("returns each completed day of the ledger, today, and credits without BYOK, in two queries", async () => {
    const { spend, credits, source } = await read();
    assert.equal(source, "analytics");
    assert.equal(spend.usd.length, 364);
    assertDays(spend.from, spend.usd, (day) => cost(rowsOf(day)));
    assertNear(spend.today!.usd, cost(rowsOf(TODAY)), "today");
    assert.ok(spend.today!.share > 0.2 && spend.today!.share < 0.8, String(spend.today!.share));
    assert.ok(credits && credits !== spend);
    assertDays(credits.from, credits.usd, (day) => cost(rowsOf(day)) - byok(rowsOf(day)));
    assert.equal(queries(), 2);
  });

  it("begins with the first day of spend: a key without BYOK has one series", async () => {
    const client = await start();
    const key = [...account.state.keys.values()].find(({ name }) => name === "code-review")!;
    const { spend, credits } = await readDailySpend(client, { key: key.hash });
    assert.equal(spend, credits);
    assert.ok(spend.usd.length > 100 && spend.usd.length <= 130, String(spend.usd.length));
    assert.ok(spend.usd[0]! > 0);
    assertDays(spend.from, spend.usd, (day) => cost(rowsOf(day, (row) => row.key === key.hash)));
  });

  it("reads one workspace", async () => {
    const client = await start();
    const { id } = account.state.workspaces.find(({ name }) => name === "Research")!;
    const { spend } = await readDailySpend(client, { workspace: id });
    assertDays(spend.from, spend.usd, (day) => cost(rowsOf(day, (row) => row.workspaceId === id)));
  });

  for (const analytics of [true, false])
    it(`leaves out what ended keys spent, ${analytics ? "in analytics" : "in the activity"}`, async () => {
      const client = await start({ analytics });
      const { keys } = await listAllKeys(client);
      const ended = endedKeys(keys, new Date(NOON)).map(({ hash }) => hash);
      const namesOf = (hashes: readonly string[]) => hashes.map((hash) => account.state.keys.get(hash)!.name).sort();
      assert.deepEqual(namesOf(ended), ["agent-prototype", "legacy-chatbot", "seasonal-campaign", "synthetic-data"]);
      const { spend, source } = await readDailySpend(client, { ended });
      assert.equal(source, analytics ? "analytics" : "activity");
      assertDays(spend.from, spend.usd, (day) => cost(rowsOf(day, ({ key }) => !ended.includes(key))));
      assert.equal(spend.usd.length, analytics ? 364 : 30);
    });

  for (const analytics of [true, false])
    it(`counts what ended keys spent this month, ${analytics ? "in analytics" : "in the activity"}`, async () => {
      const client = await start({ analytics });
      const key = [...account.state.keys.values()].find(({ name }) => name === "code-review")!;
      const workspace = key.workspace_id!;
      const month = (to: string) =>
        cost(
          account.state.ledger.filter(
            (row) =>
              row.workspaceId === workspace &&
              row.day >= `${TODAY.slice(0, 7)}-01` &&
              row.day < to &&
              row.at < Date.parse(NOON),
          ),
        );
      const { spentThisMonth, month: estimate } = await readWorkspaceOutlook(client, workspace, { ended: [key.hash] });
      const spent = month(analytics ? dayAfter(TODAY) : TODAY);
      assertNear(spentThisMonth, spent, "this month");
      assert.ok(!estimate || estimate.low >= spent);
    });

  it("counts what deleted keys spent this month if today is known by the keys' counters", async () => {
    const client = await start({ analytics: false });
    const key = [...account.state.keys.values()].find(({ name }) => name === "code-review")!;
    account.state.keys.delete(key.hash);
    const { keys, workspaces } = await listAllKeys(client);
    const periods = await getPeriods(client, {}, async () => ({ keys, workspaces }), new Date(NOON));
    assert.equal(periods.source, "counters");
    const outlook = await readOutlook(client, { periods, listing: { keys, workspaces } });
    const ofMonth = (row: LedgerRow) => row.day >= `${TODAY.slice(0, 7)}-01` && row.day < TODAY;
    assertNear(outlook.spentThisMonth, cost(account.state.ledger.filter(ofMonth)) + periods.today, "this month");
    assert.ok(periods.month < outlook.spentThisMonth - 1);
  });

  it("asks the activity for no more than a few ended keys, and says that it leaves none out then", async () => {
    const client = await start({ analytics: false });
    const ended = Array.from({ length: 11 }, (_, i) => `ended-${i}`);
    const { omitsEnded, spend } = await readDailySpend(client, { ended });
    assert.equal(omitsEnded, false);
    assert.equal(account.requests.filter(({ path }) => path === "/activity").length, 1);
    assertDays(spend.from, spend.usd, (day) => cost(rowsOf(day)));
  });

  it("takes nothing from today's spend by counters of an earlier day", async () => {
    const client = await start();
    const { keys } = await listAllKeys(client);
    const [ended] = endedKeys(keys, new Date(NOON));
    const stale = keys.map((key) => (key === ended ? { ...key, usage_daily: 1 } : key));
    const periods = await getPeriods(client);
    const todayFrom = async (keysReadAt: Date) =>
      (await readOutlook(client, { periods, listing: { keys: stale, workspaces: undefined }, keysReadAt })).past.today!
        .usd;
    assertNear(await todayFrom(new Date(Date.parse(NOON) - DAY_MS)), periods.today, "yesterday's");
    assert.ok((await todayFrom(new Date(NOON))) < periods.today);
  });

  it("keeps the work of a key whose name a key has that can spend: it was replaced", async () => {
    const client = await start();
    const { keys } = await listAllKeys(client);
    const old = keys.find(({ name }) => name === "legacy-chatbot")!;
    const successor = { ...old, hash: "new", disabled: false, limit: null };
    const replaced = endedKeys([...keys, successor], new Date(NOON));
    assert.ok(!replaced.includes(old));
    const usedUp = { ...successor, limit: 5, limit_reset: null, limit_remaining: 0, include_byok_in_limit: true };
    assert.ok(endedKeys([...keys, usedUp], new Date(NOON)).includes(old));
  });

  it("counts a key as ended if its limit is used up and never resets, unless BYOK can go on", async () => {
    const client = await start();
    const { keys } = await listAllKeys(client);
    const key = keys.find(({ name }) => name === "code-review")!;
    const isEnded = (change: Partial<Key>) =>
      endedKeys([{ ...key, limit: 50, limit_remaining: 0, limit_reset: null, ...change }], new Date(NOON)).length === 1;
    assert.equal(key.byok_usage, 0);
    assert.ok(isEnded({}));
    assert.ok(!isEnded({ limit_remaining: 0.5 }));
    assert.ok(!isEnded({ limit_reset: "daily" }));
    assert.ok(!isEnded({ limit_reset: "yearly" }));
    assert.ok(isEnded({ limit: 0, limit_reset: "daily" }));
    assert.ok(!isEnded({ byok_usage: 1 }));
    assert.ok(isEnded({ byok_usage: 1, include_byok_in_limit: true }));
    assert.ok(!isEnded({ byok_usage: undefined }));
  });

  it("takes today's spend from the reading of other views, and then asks for completed days only", async () => {
    const today = { usd: 12.5, byok: 0.5, until: new Date(NOON) };
    const { spend, credits } = await read({ today });
    assert.equal(spend.today!.usd, 12.5);
    assert.equal(credits!.today!.usd, 12);
    const ends = account.requests.flatMap(({ path, body }) =>
      path === "/analytics/query" ? [(body as { time_range: { end: string } }).time_range.end] : [],
    );
    assert.deepEqual(ends, [`${TODAY}T00:00:00.000Z`, `${TODAY}T00:00:00.000Z`]);
  });

  it("says that analytics are unavailable, and knows nothing of today without another reading", async () => {
    const { spend, notes } = await read({}, { analytics: false });
    assert.equal(spend.today, undefined);
    assert.deepEqual(
      notes.map(({ kind }) => kind),
      ["analyticsUnavailable"],
    );
  });
});

describe("readOutlook", () => {
  let account: SampleAccount;
  afterEach(() => account.close());

  /** Reads the outlook of an account whose keys all have limits that include BYOK, and which spends nothing without keys. */
  async function start() {
    account = await startSampleAccount({ now: () => new Date(NOON) });
    const client = { ...createClient(account), now: () => new Date(NOON) };
    const { state } = account;
    state.ledger = state.ledger.filter(({ key }) => state.keys.has(key));
    for (const key of state.keys.values()) {
      key.include_byok_in_limit = true;
      if (key.limit === null) Object.assign(key, { limit: 10_000, limit_reset: "monthly" });
    }
    return async (change: (listing: KeyListing) => KeyListing = (listing) => listing, keysReadAt = new Date(NOON)) => {
      const fresh = { fresh: true };
      const [periods, listing] = [await getPeriods(client, fresh), await listAllKeys(client, {}, fresh)];
      return readOutlook(client, { periods, listing: change(listing), keysReadAt }, fresh);
    };
  }
  const keyNamed = (name: string) => [...account.state.keys.values()].find((key) => key.name === name)!;
  const usd = (rows: readonly LedgerRow[]) => rows.reduce((sum, { usage, byok }) => sum + usage + byok, 0) / 1e6;
  const spentBy = (hash: string, from = "") =>
    usd(account.state.ledger.filter((row) => row.key === hash && row.day >= from && row.at < Date.parse(NOON)));

  it("leaves out what a key spent whose limit is used up for good", async () => {
    const read = await start();
    const key = keyNamed("code-review");
    const before = await read();
    Object.assign(key, { limit: spentBy(key.hash) / 2, limit_reset: null });
    const after = await read();
    const yesterday = dayAfter(TODAY, -1);
    const ofKey = usd(account.state.ledger.filter((row) => row.key === key.hash && row.day === yesterday));
    assert.ok(ofKey > 1);
    assertNear(before.past.usd.at(-1)! - after.past.usd.at(-1)!, ofKey, "yesterday");
    assert.ok(after.month!.middle < before.month!.middle - ofKey);
    assert.equal(after.omitsEndedKeys, true);
  });

  it("forecasts no more than the limits of all keys allow", async () => {
    const read = await start();
    const ample = await read();
    assert.equal(ample.respectsLimits, false);
    // This month, each key can spend a dollar more.
    for (const key of account.state.keys.values())
      Object.assign(key, { limit: spentBy(key.hash, `${TODAY.slice(0, 7)}-01`) + 1, limit_reset: "monthly" });
    const active = [...account.state.keys.values()].filter(
      ({ disabled, expires_at: end }) => !disabled && !(end && end <= NOON),
    );
    const { month, respectsLimits, forecast, credits } = await read();
    const spent = usd(account.state.ledger.filter((row) => row.day >= "2026-06-01" && row.at < Date.parse(NOON)));
    assert.equal(respectsLimits, true);
    assertNear(month!.high, spent + active.length, "month");
    assert.ok(month!.high < ample.month!.low);
    assert.equal(month!.isMost, true);
    for (const result of [forecast, credits!])
      assert.ok(
        isForecast(result) &&
          result.totals.every(({ high }, k) => dayAfter(TODAY, k) > "2026-06-30" || high <= active.length),
      );
    // In July, limits are those of the whole month.
    assert.ok(isForecast(forecast) && forecast.totals.at(-1)!.low > active.length + 100);
  });

  it("knows no bound if one key has no limit, if keys may be missing or are of an earlier day, and of other spend", async () => {
    const read = await start();
    for (const key of account.state.keys.values()) Object.assign(key, { limit: 0.01, limit_reset: "monthly" });
    const respects = async (...args: Parameters<typeof read>) => (await read(...args)).respectsLimits;
    assert.equal(await respects(), true);
    const unreadable = { count: 1, of: 9, field: "limit" };
    assert.equal(await respects((listing) => ({ ...listing, unreadable })), false);
    assert.equal(await respects((listing) => ({ ...listing, unreadableWorkspaces: unreadable })), false);
    assert.equal(await respects((listing) => ({ ...listing, workspaces: undefined })), false);
    assert.equal(await respects(undefined, new Date(Date.parse(NOON) - DAY_MS)), false);
    const first = account.state.ledger.findIndex(({ day, usage }) => day === "2026-06-02" && usage > 0);
    const { ledger } = account.state;
    account.state.ledger = ledger.with(first, { ...ledger[first]!, key: "gone", usage: 50e6 });
    assert.equal(await respects(), false);
    account.state.ledger = ledger;
    assert.equal(await respects(), true);
    keyNamed("research-agent").limit = null;
    assert.equal(await respects(), false);
  });
});

describe("forecastReading", () => {
  it("makes no forecast from days of which some spend is missing", () => {
    const series = { from: "2026-01-01", usd: Array.from({ length: 100 }, () => 10), today: undefined };
    assert.deepEqual(forecastReading(series, { isComplete: false }, ""), { reason: "gap" });
    assert.ok("days" in forecastReading(series, { isComplete: true }, ""));
  });
});

describe("shareBefore", () => {
  const days = Array.from({ length: 10 }, (_, i) => `2026-06-${String(i + 1).padStart(2, "0")}`);
  const at = (time: string) => new Date(`2026-06-11T${time}:00Z`);

  it("is the average of the days and of a day of even spend, within an hour in proportion", () => {
    const rows = days.flatMap((day, i) => [
      { bucket: `${day}T08`, cost: 1 },
      { bucket: `${day}T20`, cost: i === 0 ? 1_000 : 3 },
    ]);
    const shares = 9 * 0.25 + 1 / 1_001;
    assertNear(shareBefore(rows, at("12:00"))!, (shares + 12 / 24) / 11, "noon");
    assertNear(shareBefore(rows, at("08:30"))!, (shares / 2 + 8.5 / 24) / 11, "half past eight");
    assertNear(shareBefore(rows, at("23:00"))!, (10 + 23 / 24) / 11, "all of it came earlier");
    assertNear(shareBefore(rows, at("08:00"))!, 8 / 24 / 11, "none of it came earlier");
  });

  it("is unknown if few days have spend", () =>
    assert.equal(shareBefore([{ bucket: "2026-06-01T08", cost: 1 }], at("12:00")), undefined));

  it("of the clock is the part of the day that has passed", () => assert.equal(elapsedShare(at("18:00")), 0.75));
});
