// Reads what is forecast for a key's budgets, as the page and the rows of keys do.
import assert from "node:assert/strict";
import type { AccountSession } from "../../src/editor/data/accountData.ts";
import { keyOutlookOf } from "../../src/editor/data/partOutlooks.ts";
import { budgetForecast, budgetOutlooks, readOutlooks } from "../../src/editor/safety/limits/budgetForecasts.ts";
import { type Client, createClient, listWorkspaceBudgets } from "../../src/openrouter/index.ts";
import type { Budget } from "../../src/openrouter/safety/budgets.ts";
import { getKeyLimits, type KeyLimits } from "../../src/openrouter/safety/keyLimits.ts";
import { DAY_MS } from "../../src/openrouter/time.ts";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { dataOf, resourceHost } from "../support/accountData.ts";
import { apiError, reply, startFaultProxy } from "../support/faults.ts";

describe("the outlooks of a key's budgets", function () {
  this.timeout(30_000);
  let account: SampleAccount;
  let client: Client;
  let session: AccountSession;
  /** How far the editor's clock is ahead. */
  let ahead = 0;
  let isRefused = false;
  let faults: Awaited<ReturnType<typeof startFaultProxy>>;

  beforeEach(async () => {
    [ahead, isRefused] = [0, false];
    account = await startSampleAccount({ seed: "forecast" });
    faults = await startFaultProxy(account.baseUrl, ({ path }, response) =>
      isRefused && /^\/(analytics|activity)/.test(path) ? reply(response, 403, apiError(403, "Forbidden")) : undefined,
    );
    const own = createClient({ key: account.key, baseUrl: faults.baseUrl });
    client = { ...own, now: () => new Date(own.now().getTime() + ahead) };
    const data = dataOf(faults, account.key);
    await data.keys.load();
    session = { data, client, signal: new AbortController().signal } as AccountSession;
  });
  afterEach(async () => {
    session.data.dispose();
    await faults.close();
    await account.close();
  });

  async function limitsOf(name: string): Promise<KeyLimits> {
    const { current } = session.data.keys;
    const { keys } = current!.value;
    const key = keys.find((one) => one.name === name)!;
    const { data: budgets, include_byok_in_budgets } = await listWorkspaceBudgets(client, key.workspace_id!);
    const workspace = { name: "", budgets, includeByok: include_byok_in_budgets ?? undefined };
    return getKeyLimits({ key, keys, readAt: current!.readAt, guardrails: undefined, workspace, now: new Date() });
  }
  const queries = () => account.requests.filter(({ path }) => path === "/analytics/query").length;
  const read = (limits: KeyLimits, since?: number) =>
    readOutlooks(session, budgetOutlooks(session, limits, resourceHost), since);
  const forecastOf = (limits: KeyLimits, kind: Budget["source"]["kind"]) =>
    budgetForecast(session, limits, limits.budgets.find(({ source }) => source.kind === kind)!);

  async function withLimit(name: string, left: number): Promise<KeyLimits> {
    const record = [...account.state.keys.values()].find((one) => one.name === name)!;
    const { keys } = session.data.keys.current!.value;
    const { usage } = keys.find(({ hash }) => hash === record.hash)!;
    Object.assign(record, { limit: usage + left, limit_reset: null });
    await session.data.keys.load({ fresh: true });
    return limitsOf(name);
  }

  it("are read once, for the key and its workspace, and say when its limit is reached", async () => {
    const limits = await withLimit("code-review", 20);
    assert.equal(forecastOf(limits, "key"), undefined);
    assert.equal(queries(), 0);
    await read(limits);
    assert.equal(queries(), 5);
    const reached = forecastOf(limits, "key");
    assert.ok(reached && "middle" in reached, JSON.stringify(reached));
    const { key } = limits;
    assert.deepEqual(reached, keyOutlookOf(session, key.hash, resourceHost).current!.value.limit!.reached);
    const ofWorkspace = forecastOf(limits, "workspace");
    assert.ok(ofWorkspace === undefined || "early" in ofWorkspace, JSON.stringify(ofWorkspace));
    await read(limits);
    assert.equal(queries(), 5);
  });

  it("are read again with Refresh, and on the next day, which those of yesterday say nothing about", async () => {
    const limits = await withLimit("code-review", 20);
    await read(limits);
    await read(limits, Date.now());
    assert.equal(queries(), 10);
    ahead = DAY_MS;
    assert.equal(forecastOf(limits, "key"), undefined);
    const before = queries();
    await read(limits);
    assert.ok(queries() > before);
  });

  it("say why they couldn't be read", async () => {
    isRefused = true;
    const limits = await withLimit("code-review", 20);
    await read(limits);
    const none = forecastOf(limits, "key");
    assert.ok(
      none && "reason" in none && none.reason === "failed" && none.cause.includes("Forbidden"),
      JSON.stringify(none),
    );
  });

  it("aren't read for a key that spends no more, nor for budgets that are used up", async () => {
    const record = [...account.state.keys.values()].find(({ name }) => name === "code-review")!;
    record.disabled = true;
    const limits = await withLimit("code-review", 20);
    assert.equal(limits.status, "disabled");
    assert.deepEqual(budgetOutlooks(session, limits, resourceHost), []);
    assert.equal(forecastOf(limits, "key"), undefined);
    record.disabled = false;
    const usedUp = await withLimit("code-review", 0);
    const { budgets } = usedUp;
    const own = { ...usedUp, budgets: budgets.filter(({ source }) => source.kind === "key") };
    assert.equal(own.budgets[0]?.remaining, 0);
    assert.deepEqual(budgetOutlooks(session, own, resourceHost), []);
  });

  it("aren't those of a member: OpenRouter's chat counts toward its budget, too", async () => {
    const limits = await withLimit("code-review", 20);
    const [own] = limits.budgets;
    const from = { guardrail: { id: "g", name: "g" }, binding: "creator", isCertain: true };
    const member = { ...own, source: { kind: "guardrail", per: "member", from } } as Budget;
    const alone = { ...limits, budgets: [member] };
    assert.deepEqual(budgetOutlooks(session, alone, resourceHost), []);
    await read(limits);
    assert.equal(budgetForecast(session, alone, member), undefined);
  });
});
