import assert from "node:assert/strict";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { type McpServer, rowsOf, serverEnv, startServer } from "../support/mcp.ts";

const TOLERANCE = 1e-6;
const MICRO = 1e6;

function near(actual: unknown, expected: number, what: string): void {
  assert.ok(Math.abs(Number(actual) - expected) < TOLERANCE, `${what}: ${actual} is not ${expected}`);
}

const total = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

/** Returns the number after a word in a text. */
function figure(text: string, word: string): number {
  const found = text.match(new RegExp(`${word}:? (-?[\\d.e-]+)`));
  assert.ok(found, `${word} in ${text}`);
  return Number(found[1]);
}

describe("MCP server: the 16 read tools", () => {
  let account: SampleAccount;
  let server: McpServer;
  before(async () => {
    account = await startSampleAccount();
    server = await startServer(serverEnv(account));
  });
  after(async () => {
    await server.close();
    await account.close();
  });

  async function ok(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { text, isError } = await server.call(name, args);
    assert.equal(isError, false, text);
    return text;
  }
  async function api<T>(path: string): Promise<T> {
    const response = await fetch(`${account.baseUrl}${path}`, { headers: { authorization: `Bearer ${account.key}` } });
    return (await response.json()) as T;
  }
  const today = () => new Date().toISOString().slice(0, 10);
  const ledger = (keep: (row: SampleAccount["state"]["ledger"][number]) => boolean) =>
    account.state.ledger.filter(keep);
  const spent = (rows: SampleAccount["state"]["ledger"]) => total(rows.map((row) => row.usage)) / MICRO;
  /** The 30 completed days that `/activity` covers. */
  const past = () => {
    const first = new Date(Date.parse(today()) - 30 * 86_400_000).toISOString().slice(0, 10);
    return ledger((row) => row.day >= first && row.day < today());
  };

  it("or_credits shows the balance", async () => {
    const { data } = await api<{ data: { total_credits: number; total_usage: number } }>("/credits");
    const text = await ok("or_credits");
    near(figure(text, "total_credits"), data.total_credits, "total_credits");
    near(figure(text, "total_usage"), data.total_usage, "total_usage");
    near(figure(text, "remaining"), data.total_credits - data.total_usage, "remaining");
  });

  it("or_overview shows credits, key counts, today's spend from analytics with BYOK, and the counters", async () => {
    const { data } = await api<{ data: { total_credits: number; total_usage: number } }>("/credits");
    const text = await ok("or_overview");
    const keys = [...account.state.keys.values()];
    const disabled = keys.filter((key) => key.disabled).length;
    near(figure(text, "remaining"), data.total_credits - data.total_usage, "remaining");
    assert.match(
      text,
      new RegExp(`Keys: ${keys.length} \\(${keys.length - disabled} enabled, ${disabled} disabled\\) in 3 workspaces`),
    );
    const rows = ledger((row) => row.day === today());
    near(figure(text, `Today ${today()} UTC`), total(rows.map((row) => row.usage + row.byok)) / MICRO, "today");
    near(figure(text, "requests"), total(rows.map((row) => row.requests)), "requests");
    assert.match(text, /source: analytics/);
    const living = new Set(keys.map((key) => key.hash));
    near(figure(text, "usage_daily"), spent(rows.filter((row) => living.has(row.key))), "usage_daily");
    assert.match(text, /incl\. BYOK/);
  });

  it("or_overview falls back to the counters if analytics is unavailable, and says so", async () => {
    const without = await startSampleAccount({ analytics: false });
    const other = await startServer(serverEnv(without));
    const { text, isError } = await other.call("or_overview");
    await other.close();
    const living = new Set(without.state.keys.keys());
    const rows = without.state.ledger.filter((row) => row.day === today() && living.has(row.key));
    await without.close();
    assert.equal(isError, false);
    near(figure(text, `Today ${today()} UTC`), spent(rows), "today by counters");
    assert.match(text, /without BYOK, requests unknown; source: the keys' usage_daily counters/);
    assert.match(text, /analytics unavailable: POST \/analytics\/query returned 403/);
  });

  it("or_current_key says that it is a management key", async () => {
    const text = await ok("or_current_key");
    assert.match(text, /^is_management_key: true$/m);
    assert.match(text, /^label: \S+\.\.\.\S+$/m);
  });

  it("or_keys_list lists the keys of all workspaces and pages, disabled ones included", async () => {
    const big = await startSampleAccount({ keys: 350 });
    const other = await startServer(serverEnv(big));
    try {
      const hashes: string[] = [];
      let offset: string | undefined = "0";
      while (offset !== undefined) {
        const { text } = await other.call("or_keys_list", { offset: Number(offset) });
        assert.match(text, new RegExp(`^${big.state.keys.size} keys`));
        hashes.push(...rowsOf(text).map((row) => row.hash ?? ""));
        offset = text.match(/next: offset=(\d+)/)?.[1];
      }
      assert.deepEqual(hashes.sort(), [...big.state.keys.keys()].sort());
      const enabled = await other.call("or_keys_list", { include_disabled: false, limit: 1000 });
      assert.equal(rowsOf(enabled.text).length, [...big.state.keys.values()].filter((key) => !key.disabled).length);
    } finally {
      await other.close();
      await big.close();
    }
  });

  it("or_key_get shows every field unrounded", async () => {
    for (const { hash, name } of [...account.state.keys.values()].slice(0, 5)) {
      const { data } = await api<{ data: Record<string, unknown> }>(`/keys/${hash}`);
      const text = await ok("or_key_get", { hash });
      assert.ok(text.includes(`name: ${name}`));
      for (const field of ["usage", "usage_daily", "usage_weekly", "usage_monthly", "byok_usage"])
        assert.match(text, new RegExp(`^${field}: ${String(data[field]).replaceAll(".", "\\.")}$`, "m"));
    }
  });

  it("or_key_get reports an unknown hash with a next step", async () => {
    const { text, isError } = await server.call("or_key_get", { hash: "0".repeat(64) });
    assert.equal(isError, true);
    assert.match(text, /404.*Next: /);
  });

  it("or_key_get finds a key by its label, with which a leaked secret can be named", async () => {
    const { hash, name, label } = [...account.state.keys.values()][1]!;
    const short = label.replace("sk-or-v1-", "");
    for (const given of [label, short, short.replace("...", "…").toUpperCase(), ` ${label} `]) {
      const text = await ok("or_key_get", { hash: given });
      assert.ok(text.startsWith(`hash: ${hash}\nname: ${name}\n`), text);
    }
    const unknown = await server.call("or_key_get", { hash: "sk-or-v1-zzz...zzzz" });
    assert.equal(unknown.isError, true);
    assert.match(
      unknown.text,
      /No key has the label sk-or-v1-zzz\.\.\.zzzz: searched \d+ keys in 3 workspaces, disabled/,
    );
    assert.match(unknown.text, /Next: .*or_current_key/);
  });

  it("or_key_get rejects a secret without repeating or sending it", async () => {
    const secret = `sk-or-v1-${"0f".repeat(32)}`;
    const before = account.requests.length;
    const { text, isError } = await server.call("or_key_get", { hash: secret });
    assert.equal(isError, true);
    assert.match(text, /nothing was sent: hash: this is a secret; pass only its label/);
    assert.ok(!text.includes("0f0f0f0f"));
    assert.equal(account.requests.length, before);
  });

  it("or_activity shows totals and groups that match the ledger", async () => {
    const all = past();
    for (const [aggregate, field, of] of [
      ["by_model", "model", (row: (typeof all)[0]) => row.model],
      ["by_day", "date", (row: (typeof all)[0]) => row.day],
      ["by_provider", "provider_name", (row: (typeof all)[0]) => row.provider],
    ] as const) {
      const text = await ok("or_activity", { aggregate, limit: 1000 });
      near(figure(text, "Total usage"), spent(all), "total");
      const rows = rowsOf(text);
      assert.equal(rows.length, new Set(all.map(of)).size, aggregate);
      for (const row of rows)
        near(row.usage, spent(all.filter((item) => of(item) === row[field])), `${aggregate} ${row[field]}`);
    }
  });

  it("or_activity by_key shows real hashes; with the deleted keys, the rows add up to the total", async () => {
    const progress: number[] = [];
    const result = await server.client.callTool(
      { name: "or_activity", arguments: { aggregate: "by_key", limit: 1000 } },
      undefined,
      {
        onprogress: ({ progress: done }) => progress.push(done),
      },
    );
    const text = (result.content as { text: string }[])[0]?.text ?? "";
    const rows = rowsOf(text);
    assert.ok(rows.length > 5);
    for (const row of rows) {
      near(row.usage, spent(past().filter((item) => item.key === row.api_key_hash)), `key ${row.name}`);
      assert.ok([...account.state.keys.values()].some((key) => key.hash === row.api_key_hash));
    }
    const deleted = Number(text.match(/^Unattributed: usage ([\d.e-]+) USD/m)?.[1]);
    near(total(rows.map((row) => Number(row.usage))) + deleted, spent(past()), "sum");
    assert.ok(progress.length > 0, "a long call reports its progress");
  });

  it("or_activity filters by day and key", async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const top = [...past()].filter((row) => row.day === yesterday).sort((a, b) => b.usage - a.usage)[0];
    const text = await ok("or_activity", { date: yesterday, api_key_hash: top?.key, aggregate: "by_model" });
    near(
      figure(text, "Total usage"),
      spent(past().filter((row) => row.day === yesterday && row.key === top?.key)),
      "day and key",
    );
  });

  it("or_activity rejects today and names the tool for today's figures", async () => {
    const { text, isError } = await server.call("or_activity", { date: today() });
    assert.equal(isError, true);
    assert.match(text, /or_overview/);
  });

  it("or_activity limits its rows and says how many there are", async () => {
    const text = await ok("or_activity", { limit: 3 });
    assert.equal(rowsOf(text).length, 3);
    assert.match(text, /Rows 1-3 of \d+, largest usage first; for more: limit=\d+/);
  });

  it("or_generation shows cost and model", async () => {
    const generation = account.state.generations[0] as { id: string; total_cost?: number };
    const { data } = await api<{ data: { total_cost: number; model: string } }>(`/generation?id=${generation.id}`);
    const text = await ok("or_generation", { id: generation.id });
    near(figure(text, "total_cost"), data.total_cost, "total_cost");
    assert.ok(text.includes(`model: ${data.model}`));
  });

  it("or_models lists, searches and filters by modality, and shows no price for a router", async () => {
    const { data } = await api<{ data: { id: string; pricing: { prompt: string } }[] }>("/models");
    const rows = rowsOf(await ok("or_models", { limit: 1000 }));
    assert.deepEqual(
      rows.map((row) => row.id),
      data.map((model) => model.id),
    );
    for (const model of data) {
      const shown = rows.find((row) => row.id === model.id)?.["pricing.prompt"];
      assert.equal(shown, model.pricing.prompt === "-1" ? "no price" : model.pricing.prompt);
    }
    assert.ok(data.some((model) => model.pricing.prompt === "-1"));
    const other = rowsOf(await ok("or_models", { output_modalities: "all", limit: 1000 }));
    assert.ok(other.length > rows.length);
    const drawn = other.filter((row) => row["pricing, other"] !== "-");
    assert.ok(drawn.length > 0, "a model with another price");
    for (const row of drawn) {
      const pricing: Record<string, string> = account.state.models.find((model) => model.id === row.id)?.pricing ?? {};
      for (const price of row["pricing, other"]?.split(",") ?? []) {
        const [field = "", value] = price.split("=");
        assert.equal(pricing[field], value, row.id);
      }
    }
    const word = data[0]?.id.split("/")[0] ?? "";
    const found = rowsOf(await ok("or_models", { search: word, limit: 1000 }));
    assert.ok(found.length > 0 && found.length < rows.length);
  });

  it("or_model_get finds models of every output modality and suffix", async () => {
    for (const model of account.state.models) {
      const text = await ok("or_model_get", { id: model.id });
      assert.ok(text.includes(`id: ${model.id}`));
      assert.ok(!/pricing\.\w+: -1/.test(text));
    }
    const unknown = await server.call("or_model_get", { id: "nobody/nothing" });
    assert.equal(unknown.isError, true);
  });

  it("or_model_endpoints shows the API's uptime as a percentage", async () => {
    const model = account.state.models.find((item) => item.pricing.prompt !== "-1" && !item.id.includes(":"));
    const [author = "", slug = ""] = (model?.id ?? "").split("/");
    const { data } = await api<{ data: { endpoints: { tag: string; uptime_last_30m: number | null }[] } }>(
      `/models/${author}/${slug}/endpoints`,
    );
    const rows = rowsOf(await ok("or_model_endpoints", { author, slug }));
    assert.equal(rows.length, data.endpoints.length);
    for (const endpoint of data.endpoints) {
      const shown = rows.find((row) => row.tag === endpoint.tag)?.uptime_last_30m;
      assert.equal(shown, endpoint.uptime_last_30m === null ? "-" : `${endpoint.uptime_last_30m}%`);
    }
  });

  it("or_models_user and or_zdr_endpoints show the right counts", async () => {
    const user = await api<{ data: unknown[] }>("/models/user");
    assert.match(await ok("or_models_user"), new RegExp(`^${user.data.length} models`));
    const zdr = await api<{ data: { model_id: string }[] }>("/endpoints/zdr");
    const models = new Set(zdr.data.map((endpoint) => endpoint.model_id)).size;
    const text = await ok("or_zdr_endpoints", { limit: 1000 });
    assert.match(text, new RegExp(`^${zdr.data.length} endpoints of ${models} models`));
    assert.equal(total(rowsOf(text).map((row) => Number(row.endpoints))), zdr.data.length);
  });

  it("or_guardrails_list and or_guardrail_get show ZDR by provider, filters, limits and assignments", async () => {
    const guardrails = [...account.state.guardrails.values()];
    const { keyAssignments } = account.state;
    const rows = rowsOf(await ok("or_guardrails_list", { limit: 1000 }));
    assert.deepEqual(rows.map((row) => row.id).sort(), guardrails.map((guardrail) => guardrail.id).sort());
    for (const guardrail of guardrails) {
      const row = rows.find((item) => item.id === guardrail.id);
      const providers = (["anthropic", "openai", "google", "xai", "other"] as const).filter(
        (provider) => guardrail[`enforce_zdr_${provider}`],
      );
      assert.equal(row?.zdr, providers.length === 5 ? "all" : providers.join(",") || "-", guardrail.name);
      for (const filter of guardrail.content_filter_builtins?.slice(0, 1) ?? [])
        assert.ok(row?.content_filters?.includes(`${filter.slug}:${filter.action}`));
      const text = await ok("or_guardrail_get", { id: guardrail.id });
      for (const filter of guardrail.content_filters ?? [])
        assert.ok(
          text.includes(`content_filters: action=${filter.action}`) && text.includes(`pattern=${filter.pattern}`),
          text,
        );
      for (const filter of guardrail.content_filter_builtins ?? [])
        assert.match(text, new RegExp(`content_filter_builtins: .*slug=${filter.slug}`));
      const bound = keyAssignments.filter((item) => item.guardrail_id === guardrail.id).length;
      assert.match(text, new RegExp(`assigned: ${bound} keys`));
      if (guardrail.limit_usd !== null) near(figure(text, "limit_usd"), guardrail.limit_usd, "limit_usd");
    }
  });

  it("or_guardrails_assignments lists every assignment", async () => {
    const { keyAssignments, memberAssignments } = account.state;
    const rows = rowsOf(await ok("or_guardrails_assignments", { limit: 1000 }));
    const shown = rows.map((row) => `${row.guardrail_id} ${row["key_hash or user_id"]}`).sort();
    assert.deepEqual(
      shown,
      [...keyAssignments, ...memberAssignments].map((item) => `${item.guardrail_id} ${item.target}`).sort(),
    );
  });

  it("or_org_members lists all pages, and reports a personal account", async () => {
    const rows = rowsOf(await ok("or_org_members", { limit: 4 }));
    const more = rowsOf(await ok("or_org_members", { limit: 100, offset: 4 }));
    assert.deepEqual(
      [...rows, ...more].map((row) => row.id),
      account.state.members.map((member) => member.id),
    );
    const personal = await startSampleAccount({ personal: true });
    const other = await startServer(serverEnv(personal));
    const { text, isError } = await other.call("or_org_members");
    await other.close();
    await personal.close();
    assert.equal(isError, true);
    assert.match(text, /personal account/);
  });

  it("reports an inference key instead of an empty account", async () => {
    const other = await startServer(serverEnv({ baseUrl: account.baseUrl, key: account.inferenceKey }));
    const { text, isError } = await other.call("or_overview");
    await other.close();
    assert.equal(isError, true);
    assert.match(text, /403.*management/is);
  });
});
