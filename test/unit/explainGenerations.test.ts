// The requests behind a cause, compared with the sample account's ledger.
import assert from "node:assert/strict";
import {
  type Generations,
  type GenerationsRequest,
  readGenerations,
} from "../../src/openrouter/foresight/explain/generations.ts";
import { createClient, ForbiddenError, getGeneration } from "../../src/openrouter/index.ts";
import { type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { spike } from "../../src/sample/seed/profiles.ts";
import { type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { NOON } from "../support/sdk.ts";
import { onPath } from "../support/spendAccount.ts";
import { assertNear } from "../support/spendTables.ts";

const now = new Date(NOON);
const yesterday = { from: "2026-06-09", to: "2026-06-09" };

describe("readGenerations", () => {
  let account: SampleAccount;
  let network: Awaited<ReturnType<typeof startFaultProxy>>;

  async function start({ fault = () => undefined, ...options }: SampleOptions & { fault?: Fault } = {}) {
    account = await startSampleAccount({ now: () => now, ...options });
    network = await startFaultProxy(account.baseUrl, fault);
  }
  afterEach(async () => {
    await network.close();
    await account.close();
  });

  const client = () => createClient({ key: account.key, baseUrl: network.baseUrl });
  const keyOf = (name: string) => [...account.state.keys.values()].find((key) => key.name === name)!.hash;
  async function read(request: GenerationsRequest): Promise<Generations> {
    const found = await readGenerations(client(), request, { now });
    assert.ok("generations" in found, JSON.stringify(found));
    return found;
  }

  it("returns only those of the providers and workspaces of a filter", async () => {
    await start();
    const rows = account.state.ledger.filter(({ day }) => day === yesterday.from);
    const [workspace] = [...new Set(rows.map(({ workspaceId }) => workspaceId))].slice(-1);
    const provider = rows.find((row) => row.workspaceId === workspace)!.provider;
    const all = { period: yesterday, model: undefined, key: undefined };
    const found = await read({ ...all, filter: { workspace: [workspace!], provider: [provider] } });
    assert.ok(found.generations.length > 0);
    for (const { id } of found.generations) {
      const { provider_name: name } = await getGeneration(client(), id);
      assert.equal(name, provider);
    }
    const most = Math.max(...found.generations.map(({ cost }) => cost));
    assert.ok(most < (await read(all)).generations[0]!.cost);
  });

  it("returns the most expensive requests of a model and key, each of which opens with the same figures", async () => {
    await start();
    const own = account.state.ledger.filter(
      (row) => row.day === yesterday.from && row.model === spike.model && row.key === keyOf(spike.key),
    );
    const { generations, from, to } = await read({ period: yesterday, model: spike.model, key: keyOf(spike.key) });
    assert.deepEqual([from, to], ["2026-06-09T00:00:00.000Z", "2026-06-10T00:00:00.000Z"]);
    assert.equal(generations.length, 20);
    const costs = generations.map(({ cost }) => cost);
    assert.deepEqual(
      costs,
      costs.toSorted((a, b) => b - a),
    );
    const average =
      own.reduce((sum, row) => sum + row.usage, 0) / 1e6 / own.reduce((sum, row) => sum + row.requests, 0);
    assert.ok(costs.at(-1)! > 2 * average);
    const slug = own[0]!.permaslug;
    for (const { id, cost, ...tokens } of generations.slice(0, 5)) {
      const opened = await getGeneration(client(), id);
      assert.equal(opened.model, slug);
      assertNear(opened.total_cost, cost);
      assert.deepEqual(tokens, {
        prompt_tokens: opened.native_tokens_prompt,
        completion_tokens: opened.native_tokens_completion,
        reasoning_tokens: opened.native_tokens_reasoning,
        cached_tokens: opened.native_tokens_cached,
      });
    }
  });

  it("returns all of a few requests, up to now", async () => {
    await start();
    const key = keyOf("playground-ana");
    const own = account.state.ledger.filter(
      (row) => row.day === "2026-06-10" && row.key === key && row.at < now.getTime(),
    );
    const count = own.reduce((sum, row) => sum + row.requests, 0);
    assert.ok(count > 0 && count < 20);
    const { generations, to } = await read({ period: { from: "2026-06-10", to: "2026-06-10" }, model: undefined, key });
    assert.equal(to, NOON);
    assert.equal(generations.length, count);
    assertNear(
      generations.reduce((sum, { cost }) => sum + cost, 0),
      own.reduce((sum, row) => sum + row.usage, 0) / 1e6,
    );
  });

  it("leaves out what is older than 31 days, and says from when on", async () => {
    await start();
    const period = { from: "2026-05-01", to: "2026-05-31" };
    const { from } = await read({ period, model: spike.model, key: keyOf(spike.key) });
    assert.equal(from, "2026-05-10T12:00:00.000Z");
    const old = await readGenerations(
      client(),
      { period: { from: "2026-04-01", to: "2026-04-30" }, model: undefined, key: undefined },
      { now },
    );
    assert.deepEqual(old, { unavailable: "tooOld" });
  });

  it("says so if analytics don't offer single requests", async () => {
    const data = { metrics: [{ name: "total_usage" }], dimensions: [{ name: "model" }] };
    await start({ fault: onPath(/^\/analytics\/meta/, (_, response) => reply(response, 200, { data })) });
    const found = await readGenerations(client(), { period: yesterday, model: undefined, key: undefined }, { now });
    assert.deepEqual(found, { unavailable: "notOffered" });
    assert.equal(network.received.length, 1);
  });

  it("fails without analytics", async () => {
    await start({ analytics: false });
    const request = { period: yesterday, model: undefined, key: undefined };
    await assert.rejects(readGenerations(client(), request, { now }), ForbiddenError);
  });
});
