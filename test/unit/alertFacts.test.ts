import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock } from "node:test";
import { createAlertStore } from "../../src/editor/alerts/alertStore.ts";
import { alertFacts, alertParts, readAlertParts } from "../../src/editor/alerts/facts.ts";
import type { AccountData } from "../../src/editor/data/accountData.ts";
import { getRemainingCredits } from "../../src/openrouter/account/credits.ts";
import { readCompletedSpend } from "../../src/openrouter/foresight/alerts/completedDays.ts";
import { claimReading, noAlerts } from "../../src/openrouter/foresight/alerts/records.ts";
import { creditsEnd } from "../../src/openrouter/foresight/forecast/readOutlook.ts";
import { type Client, createClient } from "../../src/openrouter/index.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { dataOf } from "../support/accountData.ts";

const allOn = { creditsBelow: 1, creditsDays: 1, budgetPercent: 1, dayAboveUsual: 1, monthAbove: 1 };
const off = {
  ...{ creditsBelow: undefined, creditsDays: undefined, budgetPercent: undefined },
  ...{ dayAboveUsual: undefined, monthAbove: undefined },
};

describe("what alerts know of an account", () => {
  let account: SampleAccount;
  let data: AccountData;
  let client: Client;
  const facts = () => alertFacts({ data, client });

  beforeEach(async () => {
    account = await startSampleAccount();
    data = dataOf(account, account.key);
    client = createClient({ key: account.key, baseUrl: account.baseUrl });
  });
  afterEach(async () => {
    data.dispose();
    await account.close();
  });

  const readAll = () => readAlertParts(data, allOn, 60_000);

  it("is nothing before anything was read", () => {
    const { now: _, ...rest } = facts();
    assert.deepEqual(Object.values(rest).flat().filter(Boolean), []);
  });

  it("is what was read, to the cent", async () => {
    await readAll();
    const { credits, month, budgets } = facts();
    const spent = account.state.ledger.filter(({ day }) => day.startsWith(new Date().toISOString().slice(0, 7)));
    const usd = spent.reduce((sum, { usage, byok }) => sum + usage + byok, 0) / 1e6;
    assert.equal(month?.spent, usd);
    assert.equal(credits?.purchased, account.state.totalCredits / 1e6);
    const workspaces = account.state.workspaces.flatMap((one) => one.budgets.map(({ limit_usd }) => limit_usd));
    const found = budgets.filter(({ budget }) => budget.source.kind === "workspace").map(({ budget }) => budget.limit);
    assert.deepEqual(found.sort(), workspaces.sort());
    const limited = [...account.state.keys.values()].filter(({ limit, disabled }) => limit !== null && !disabled);
    assert.ok(limited.length > 3);
    const ofKeys = new Set(budgets.filter(({ budget }) => budget.source.kind === "key").map(({ key }) => key.hash));
    const isActive = ({ expires_at }: { expires_at: string | null }) =>
      !expires_at || new Date(expires_at) > new Date();
    assert.deepEqual(ofKeys, new Set(limited.filter(isActive).map(({ hash }) => hash)));
  });

  it("is nothing of a part whose last reading failed, although the view still shows it", async () => {
    await readAll();
    assert.ok(facts().budgets.length > 0);
    await account.close();
    await Promise.all([data.credits.load({ fresh: true }), data.keys.load({ fresh: true })]);
    assert.ok(data.credits.current, "the view shows the figures of before");
    const { credits, month, budgets } = facts();
    assert.deepEqual([credits, month, budgets], [undefined, undefined, []]);
  }).timeout(120_000);

  it("is nothing of figures that have aged", async () => {
    await readAll();
    mock.timers.enable({ apis: ["Date"], now: Date.now() + 4 * 60_000 });
    try {
      assert.ok(facts().credits);
      mock.timers.setTime(Date.now() + 2 * 60_000);
      const { credits, month, budgets } = facts();
      assert.deepEqual([credits, month, budgets], [undefined, undefined, []]);
    } finally {
      mock.timers.reset();
    }
  });

  it("doesn't contain the spend of a period that has ended since the keys began to be read, by the API's clock", async () => {
    await readAll();
    const ofDay = () =>
      facts().budgets.filter(({ budget: { source, reset } }) => source.kind === "key" && reset === "daily");
    const isKnown = () => ofDay().some(({ budget }) => budget.spent !== undefined);
    assert.ok(isKnown());
    const read = data.keys.current!;
    const midnight = Date.parse(new Date().toISOString().slice(0, 10));
    read.begunAt = new Date(midnight - 1_000);
    assert.ok(!isKnown());
    read.begunAt = new Date(midnight + 1_000);
    assert.ok(isKnown());
    // This computer's clock is ahead: by the API's, the keys were read before midnight.
    client = { ...client, now: () => new Date(Date.now() - 10_000) };
    assert.ok(!isKnown());
  });

  it("doesn't contain the month of the keys' counters, which leave out deleted keys", async () => {
    await account.close();
    account = await startSampleAccount({ analytics: false });
    data = dataOf(account, account.key);
    await data.credits.load();
    assert.ok(data.credits.current?.value.periods);
    assert.ok(facts().credits);
    assert.equal(facts().month, undefined);
  });

  it("is what the forecast says, and nothing of an earlier day's", async () => {
    await readAll();
    const outlook = data.outlook.current?.value;
    assert.ok(outlook?.month && data.credits.current, JSON.stringify(outlook?.forecast));
    const remaining = getRemainingCredits(data.credits.current.value.credits);
    assert.deepEqual(facts().month?.expected, outlook.month);
    assert.deepEqual(facts().creditsEnd, creditsEnd(outlook, remaining));
    assert.ok(facts().creditsEnd);
    data.outlook.change((value) => ({ ...value, readAt: new Date(Date.now() - 86_400_000).toISOString() }));
    assert.deepEqual([facts().month?.expected, facts().creditsEnd], [undefined, undefined]);
  });

  it("is what was spent today and yesterday, beside the median of the weekday", async () => {
    const { state } = account;
    const today = new Date().toISOString().slice(0, 10);
    const ago = (days: number) => new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
    const usd = (day: string) =>
      state.ledger.reduce((sum, row) => sum + (row.day === day ? row.usage + row.byok : 0), 0) / 1e6;
    // A new account has too little of a past.
    state.ledger = state.ledger.filter(({ day }) => day >= ago(30));
    await readAll();
    const compared = async () => alertFacts({ data, client }, await readCompletedSpend(client)).days;
    const [yesterday, now, ...others] = await compared();
    assert.equal(others.length, 0);
    for (const [figures, day, back] of [
      [yesterday, ago(1), 1],
      [now, today, 0],
    ] as const) {
      const [a = 0, b = 0, c = 0, d = 0] = [1, 2, 3, 4].map((week) => usd(ago(back + 7 * week))).sort((x, y) => x - y);
      const { usual = 0, ...rest } = figures ?? {};
      assert.deepEqual(rest, { day, spent: usd(day), basedOn: 4 });
      assert.ok(Math.abs(usual - (b + c) / 2) < 1e-9, `${usual} of ${a} ${b} ${c} ${d}`);
    }
    state.ledger = state.ledger.filter(({ day }) => day >= ago(27));
    assert.deepEqual(await compared(), []);
  });

  it("needs only what the alerts that are on are about", async () => {
    assert.deepEqual(alertParts(data, off), []);
    assert.deepEqual(alertParts(data, { ...off, creditsBelow: 5 }), [data.credits]);
    assert.deepEqual(alertParts(data, { ...off, budgetPercent: 80 }), [data.guardrails, data.keys]);
    // A forecast leaves out what disabled keys spent, once the keys are known.
    assert.deepEqual(alertParts(data, { ...off, monthAbove: 1 }), [data.credits, data.keys, data.outlook]);
    await data.keys.load();
    const known = alertParts(data, { ...off, budgetPercent: 80 });
    assert.equal(known.length, 2 + account.state.workspaces.length);
    assert.equal(known.at(-1), data.keys, "the keys are judged with the budgets");
  });
});

describe("the stored records of alerts", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "openrouter-admin-alerts-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("give each alert to one of many windows", async () => {
    const windows = Array.from({ length: 8 }, () => createAlertStore({ fsPath: folder }));
    const claims = windows.map((store) =>
      store.change("account", (before) => {
        const after = claimReading(before, "keys", new Date(), 3_600_000);
        return [after ?? before, after !== undefined] as const;
      }),
    );
    assert.equal((await Promise.all(claims)).filter(Boolean).length, 1);
    assert.deepEqual(await windows[0]!.read("other"), noAlerts);
    assert.deepEqual(readdirSync(join(folder, "alerts")), ["account.json"]);
    assert.equal(statSync(join(folder, "alerts", "account.json")).mode & 0o077, 0);
  });
});
