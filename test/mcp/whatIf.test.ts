import assert from "node:assert/strict";
import { type LedgerRow, type SampleAccount, type SampleOptions, startSampleAccount } from "../../src/sample/index.ts";
import { catalog } from "../../src/sample/seed/catalog.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { type McpServer, rowsOf, serverEnv, startServer } from "../support/mcp.ts";
import { priceAnew } from "../support/priceAnew.ts";

const NOW = new Date();
const day = (ago: number) => new Date(NOW.getTime() - ago * 86_400_000).toISOString().slice(0, 10);
/** The last 30 days, given in each call, so that they are the same after midnight. */
const [FROM, TO] = [day(29), day(0)];
const OPUS = "anthropic/claude-opus-4.5";
const HAIKU = "anthropic/claude-haiku-4.5";

describe("MCP server: what another model would have cost", () => {
  let account: SampleAccount;
  let server: McpServer;
  let proxy: Awaited<ReturnType<typeof startFaultProxy>> | undefined;
  afterEach(async () => {
    await server.close();
    await proxy?.close();
    await account.close();
    proxy = undefined;
  });

  async function start({ fault, ...options }: SampleOptions & { fault?: Fault } = {}): Promise<void> {
    account = await startSampleAccount({ now: () => NOW, ...options });
    proxy = fault && (await startFaultProxy(account.baseUrl, fault));
    const env = serverEnv({ ...account, baseUrl: proxy?.baseUrl ?? account.baseUrl });
    server = await startServer({ ...env, OPENROUTER_ADMIN_TOOLS: "or_what_if" });
  }
  const ask = async (args: Record<string, unknown> = {}) => {
    const { text, isError } = await server.call("or_what_if", { from: FROM, to: TO, ...args });
    assert.equal(isError, false, text);
    return text;
  };
  const hashOf = (name: string) => [...account.state.keys.values()].find((one) => one.name === name)!.hash;
  /** The rows of the table that begins with a field. */
  const tableOf = (text: string, field: string) => {
    const lines = text.split("\n");
    const from = lines.findIndex((line) => line.startsWith(`${field}\t`));
    const length = lines.slice(from).findIndex((line) => !line.includes("\t"));
    return from < 0 ? [] : rowsOf(lines.slice(from, length < 0 ? undefined : from + length).join("\n"));
  };
  const candidate = (text: string, id: string) => tableOf(text, "model").find(({ model }) => model === id)!;

  const cents = (usd: unknown) => Math.round(Number(usd) * 100);
  const microCents = (microUsd: number) => Math.round(microUsd / 1e4);
  const ledger = (keep: (row: LedgerRow) => boolean, from: string, to: string) =>
    account.state.ledger.filter((row) => row.day >= from && row.day <= to && row.at < NOW.getTime() && keep(row));

  it("prices the ledger anew, to the cent: on the same model and on others", async () => {
    await start();
    const text = await ask({ model: OPUS, limit: 1000 });
    const rows = ledger(({ model }) => model === OPUS, FROM, TO);
    const spent = rows.reduce((sum, { usage, byok }) => sum + usage + byok, 0);
    assert.match(text, new RegExp(`^Usage of ${FROM} to ${TO} \\(UTC\\), anthropic/claude-opus-4\\.5; `, "m"));
    const [used] = tableOf(text, "used_model");
    assert.equal(
      Number(used!.prompt_tokens),
      rows.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    );
    assert.equal(
      Number(used!.cached_tokens),
      rows.reduce((sum, { cachedTokens }) => sum + cachedTokens, 0),
    );
    assert.equal(cents(used!.cost), microCents(spent));
    const same = candidate(text, OPUS);
    assert.equal(cents(same.cost), microCents(spent));
    assert.equal(cents(same.saving), 0);
    assert.equal(Number(same.certain_saving), 0);
    const listed = tableOf(text, "model").map(({ model }) => model!);
    assert.ok(listed.length > 20);
    for (const id of listed) {
      const { cost, saving } = candidate(text, id);
      const expected = priceAnew(rows, id);
      assert.equal(cents(cost), microCents(expected), id);
      assert.ok(Math.abs(Number(saving) - (spent - expected) / 1e6) < 0.01, id);
    }
  });

  it("lists the largest saving first, and what of it is certain with the same tokenizer", async () => {
    await start();
    const text = await ask({ model: OPUS, limit: 1000 });
    const savings = tableOf(text, "model").map(({ saving }) => Number(saving));
    assert.deepEqual(
      savings,
      savings.toSorted((a, b) => b - a),
    );
    const rows = ledger(({ model }) => model === OPUS, FROM, TO);
    const haiku = candidate(text, HAIKU);
    assert.equal(haiku.tokenizer, "same");
    // What list prices explain of the spend, less the cost without caching.
    const certain = priceAnew(rows, OPUS) - priceAnew(rows, HAIKU, { isCached: false });
    assert.equal(cents(haiku.certain_saving), microCents(certain));
    assert.equal(haiku.lacks, "file");
    const llama = candidate(text, "meta-llama/llama-4-maverick");
    assert.equal(llama.certain_saving, "unknown");
    assert.ok(Number.parseFloat(llama.saves_up_to!) > 10, llama.saves_up_to);
    assert.match(text, /^Unknown: the quality /m);
    assert.match(text, /^Guardrails were not compared; pass hash /m);
  });

  it("adds up all models of the kind that most was spent on, and says what is left out", async () => {
    await start();
    const text = await ask({ from: day(7), to: day(1) });
    const textModels = new Set(catalog.filter(({ abilities }) => !/[eis]/.test(abilities)).map(({ id }) => id));
    const rows = ledger(({ permaslug }) => textModels.has(permaslug.replace(/-\d{8}$/, "")), day(7), day(1));
    const [, spent] = text.match(/^Spent ([\d.]+); at today's list prices of the used models [\d.]+ \(/m) ?? [];
    assert.equal(cents(spent), microCents(rows.reduce((sum, { usage, byok }) => sum + usage + byok, 0)));
    assert.match(text, /^Not compared, .*openai\/text-embedding-3-small.* \([\d.]+\)\.$/m);
    const id = "openai/gpt-5-nano";
    assert.equal(cents(candidate(text, id).cost), microCents(priceAnew(rows, id)));
  });

  it("compares what a key may use, by the guardrails that bind it", async () => {
    await start();
    const hash = hashOf("playground-ana");
    const text = await ask({ hash, limit: 1000 });
    assert.match(text, /^Usage of .* \(UTC\), “playground-ana”; /m);
    assert.match(text, /^Left out: .*\d+ refused by a guardrail/m);
    assert.deepEqual(
      tableOf(text, "model").map(({ model, guardrails }) => `${model} ${guardrails}`),
      ["openai/gpt-5-nano", "openai/gpt-5-mini", "mistralai/codestral-2508", HAIKU]
        .toSorted((a, b) => Number(candidate(text, a).cost) - Number(candidate(text, b).cost))
        .map((id) => `${id} allowed`),
    );
    // Zero data retention is required: endpoints without it aren't priced.
    const customers = await ask({ hash: hashOf("support-assistant"), candidate: "openai/gpt-5-mini" });
    assert.deepEqual(
      tableOf(customers, "tag").map(({ tag, zdr }) => `${tag} ${zdr}`),
      ["azure true"],
    );
  });

  it("prices one candidate at each of its providers", async () => {
    await start();
    const text = await ask({ model: OPUS, candidate: "deepseek/deepseek-v3.2" });
    const [row, ...others] = tableOf(text, "model");
    assert.equal(others.length, 0);
    const providers = tableOf(text, "tag");
    const endpoints = account.state.endpoints.get("deepseek/deepseek-v3.2")!.map((one) => one.public);
    assert.deepEqual(providers.map(({ tag }) => tag).toSorted(), endpoints.map(({ tag }) => tag).toSorted());
    const costs = providers.map(({ cost }) => Number(cost));
    assert.deepEqual(
      costs,
      costs.toSorted((a, b) => a - b),
    );
    assert.equal(Number(row!.at_most), Math.max(...costs));
    const rows = ledger(({ model }) => model === OPUS, FROM, TO);
    for (const { tag, cost } of providers) {
      const { pricing } = endpoints.find((one) => one.tag === tag) as unknown as { pricing: Record<string, string> };
      const sum = (figure: "promptTokens" | "completionTokens") => rows.reduce((all, row) => all + row[figure], 0);
      const usd = sum("promptTokens") * Number(pricing.prompt) + sum("completionTokens") * Number(pricing.completion);
      assert.equal(cents(cost), cents(usd), tag);
    }
  });

  it("lists only models with what is needed, and with zero data retention", async () => {
    await start();
    const needs = tableOf(await ask({ model: OPUS, needs: ["image", "file"], limit: 1000 }), "model");
    const expected = catalog.filter(
      ({ abilities }) => /v/.test(abilities) && /f/.test(abilities) && !/i/.test(abilities),
    );
    assert.deepEqual(new Set(needs.map(({ model }) => model)), new Set(expected.map(({ id }) => id)));
    const text = await ask({ model: OPUS, zdr: true, limit: 1000 });
    const zdr = new Set([...account.state.endpoints].filter(([, all]) => all.some((one) => one.zdr)).map(([id]) => id));
    const listed = tableOf(text, "model").map(({ model }) => model!);
    assert.ok(listed.length > 5 && listed.every((id) => zdr.has(id)), listed.join());
    assert.match(text, /^Left out: .*\d+ no zero data retention/m);
  });

  it("names free models with their limits, unless more was requested in a day", async () => {
    await start();
    const busy = await ask({ model: OPUS, limit: 1000 });
    assert.match(busy, /^Left out: .*5 free, with a lower limit of requests/m);
    const quiet = await ask({ hash: hashOf("playground-ana"), limit: 1000 });
    assert.ok(tableOf(quiet, "model").every(({ model, free = "-" }) => (free === "yes") === model!.endsWith(":free")));
    assert.match(quiet, /^Free models \(free=yes\): 20 requests a minute and 1000 a UTC day \(50 /m);
  });

  it("takes GET /activity without analytics, and says what is unknown", async () => {
    await start({ analytics: false });
    const text = await ask({ model: OPUS, from: day(40), limit: 1000 });
    const rows = ledger(({ model }) => model === OPUS, day(30), day(1));
    assert.match(text, new RegExp(`^Usage of ${day(30)} to ${day(1)} \\(UTC\\), .*; source: activity\\.`, "m"));
    assert.equal(tableOf(text, "used_model")[0]!.cached_tokens, "unknown");
    assert.match(text, /^Unknown: cached tokens\. cost is without caching\.$/m);
    assert.match(text, /^Unknown: the longest prompt\. /m);
    assert.equal(cents(candidate(text, HAIKU).cost), microCents(priceAnew(rows, HAIKU, { isCached: false })));
  });

  it("says that nothing was used, and refuses unknown candidates and days in the wrong order", async () => {
    await start();
    assert.match(await ask({ hash: hashOf("unused-spare") }), /^Nothing was used from .* \(UTC\), “unused-spare”\.$/m);
    for (const [args, message] of [
      [{ model: "a/none" }, /The catalog has no model "a\/none"/],
      [{ candidate: "a/none" }, /The catalog has no model "a\/none"/],
      [{ from: "2026-06-09", to: "2026-06-01" }, /2026-06-09 is after 2026-06-01/],
      [{ from: day(2), to: day(-20) }, /is in the future\. Next: Use days up to/],
      [{ from: "2020-01-01", to: "2020-02-01" }, /Nothing is known of days before/],
      [{ from: "2020-01-01" }, /Nothing is known of days before/],
      [{ to: "2020-01-01" }, /Nothing is known of days before/],
    ] as const) {
      const { text, isError } = await server.call("or_what_if", args);
      assert.equal(isError, true, text);
      assert.match(text, message);
    }
  });

  it("doesn't take days that only analytics know for days without usage", async () => {
    await start({ analytics: false });
    const { text, isError } = await server.call("or_what_if", { from: day(60), to: day(40) });
    assert.equal(isError, true, text);
    assert.match(text, /without them only \S+ to \S+ are known/);
  });

  it("says of one candidate why it is left out, not why used models are, and reads only its providers", async () => {
    const paths: string[] = [];
    await start({ fault: ({ path }) => void paths.push(path) });
    const listed = await ask({ candidate: "openai/gpt-5-mini", needs: ["reasoning"] });
    assert.equal(tableOf(listed, "model")[0]?.model, "openai/gpt-5-mini");
    assert.doesNotMatch(listed, /^Left out/m);
    assert.deepEqual(
      paths.filter((path) => path.includes("/endpoints")),
      ["/models/openai/gpt-5-mini/endpoints"],
    );
    const lacking = await ask({ candidate: "openai/gpt-5-mini", needs: ["audio"] });
    assert.deepEqual(tableOf(lacking, "model"), []);
    assert.match(lacking, /^Left out: lacks what is needed\.$/m);
  });

  it("says if the providers can't be read", async () => {
    const fault: Fault = ({ path }, response) =>
      /\/models\/.*\/endpoints/.test(path) ? reply(response, 403, apiError(403, "no access")) : undefined;
    await start({ fault });
    const text = await ask({ model: OPUS });
    assert.match(text, /^Not all providers could be read: .*no access/m);
    assert.ok(tableOf(text, "model").length === 20);
  });

  it("sends few requests: the catalog, analytics, and the providers of ten candidates", async () => {
    const paths: string[] = [];
    await start({ fault: ({ method, path }) => void paths.push(`${method} ${path.split("?")[0]}`) });
    await ask({ model: OPUS });
    const counts = Object.fromEntries([...Map.groupBy(paths, (one) => one)].map(([path, all]) => [path, all.length]));
    const endpoints = Object.keys(counts).filter((path) => path.endsWith("/endpoints"));
    assert.equal(endpoints.length, 10);
    const others = Object.entries(counts).filter(([path]) => !path.endsWith("/endpoints"));
    assert.deepEqual(Object.fromEntries(others), {
      "GET /models": 1,
      "GET /analytics/meta": 1,
      "POST /analytics/query": 3,
    });
  });
});
