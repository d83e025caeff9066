import assert from "node:assert/strict";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { type Fault, startFaultProxy } from "../support/faults.ts";
import { type McpServer, rowsOf, serverEnv, startServer } from "../support/mcp.ts";

describe("MCP server: use of a model by a key", () => {
  let account: SampleAccount;
  let server: McpServer;
  let proxy: Awaited<ReturnType<typeof startFaultProxy>> | undefined;
  before(async () => {
    account = await startSampleAccount();
  });
  afterEach(async () => {
    await server.close();
    await proxy?.close();
    proxy = undefined;
  });
  after(() => account.close());

  async function start(fault?: Fault): Promise<void> {
    proxy = fault && (await startFaultProxy(account.baseUrl, fault));
    const env = serverEnv({ ...account, baseUrl: proxy?.baseUrl ?? account.baseUrl });
    server = await startServer({ ...env, OPENROUTER_ADMIN_TOOLS: "or_key_may_use" });
  }
  const refuse =
    (pattern: RegExp): Fault =>
    ({ path }, response) => {
      if (!pattern.test(path)) return undefined;
      response.writeHead(403, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { code: 403, message: "no access" } }));
      return "done";
    };
  const keyOf = (name: string) => [...account.state.keys.values()].find((one) => one.name === name)!;
  const ask = (name: string, model: string, provider?: string) =>
    server.call("or_key_may_use", { hash: keyOf(name).hash, model, ...(provider && { provider }) });

  it("is allowed at endpoints that no guardrail forbids", async () => {
    await start();
    const { text, isError } = await ask("voice-bot", "openai/gpt-5-mini");
    assert.equal(isError, false, text);
    assert.match(text, /^Allowed: “voice-bot”, openai\/gpt-5-mini\.$/m);
    assert.deepEqual(
      rowsOf(text).map(({ tag, answer }) => `${tag} ${answer}`),
      ["openai allowed", "azure allowed"],
    );
  });

  it("is refused with the field and the guardrail that it comes from, whatever name is given", async () => {
    await start();
    const guardrail = [...account.state.guardrails.values()].find((one) => one.name.startsWith("Customer data"))!;
    for (const [model, provider] of [
      ["openai/gpt-5-mini", "openai"],
      ["OpenAI/GPT-5-mini:nitro", "OpenAI"],
    ] as const) {
      const { text, isError } = await ask("support-assistant", model, provider);
      assert.equal(isError, false, text);
      assert.match(text, /^Refused: “support-assistant”, openai\/gpt-5-mini at openai\.$/m);
      assert.match(
        text,
        new RegExp(`^Refused by enforce_zdr\\w* of the guardrail “${guardrail.name}” ${guardrail.id}, `, "m"),
      );
    }
    // The same model has zero data retention elsewhere.
    const { text } = await ask("support-assistant", "openai/gpt-5-mini");
    assert.match(text, /^Allowed: /m);
    assert.deepEqual(
      rowsOf(text).map(({ tag, answer, because_of }) => `${tag} ${answer} ${because_of}`),
      ["openai refused enforce_zdr_openai", "azure allowed -"],
    );
  });

  it("is refused where the provider doesn't serve the model, and for a key that is refused", async () => {
    await start();
    const { text } = await ask("voice-bot", "openai/gpt-5-mini", "anthropic");
    assert.match(text, /^Refused: .*\nanthropic does not serve this model\. It is served by openai,azure\.$/m);
    assert.match(
      (await ask("seasonal-campaign", "openai/gpt-5-mini")).text,
      /^Refused: .*\nThe key is expired: OpenRouter refuses its requests\.$/m,
    );
    const unlimited = keyOf("demo-booth");
    assert.equal(unlimited.limit, 0);
    assert.match(
      (await ask("demo-booth", "openai/gpt-5-mini")).text,
      /^Refused: .*\nUsed up: the key's limit, \$0 left/m,
    );
  });

  it("is unknown while guardrails are unknown", async () => {
    await start(refuse(/^\/guardrails\/assignments/));
    const { text, isError } = await ask("voice-bot", "openai/gpt-5-mini");
    assert.equal(isError, false, text);
    assert.match(text, /^Unknown: “voice-bot”, openai\/gpt-5-mini\.$/m);
    assert.match(text, /^Unknown: the guardrails couldn't be read/m);
  });

  it("is judged by the lists alone if the catalog can't be read", async () => {
    await start(refuse(/^\/(models|providers|endpoints)/));
    const { text, isError } = await ask("voice-bot", "openai/gpt-5-mini");
    assert.equal(isError, false, text);
    assert.match(text, /^Allowed: /m);
    for (const list of ["The catalog of models", "The providers", "The model's endpoints"])
      assert.match(text, new RegExp(`^${list} could not be read: .*no access`, "m"));
  });

  it("can't be told by the lists alone if the guardrail requires something of endpoints", async () => {
    await start(refuse(/^\/models\/.*\/endpoints/));
    const { text } = await ask("support-assistant", "openai/gpt-5-mini");
    assert.match(text, /^Unknown: “.*\nA guardrail limits the providers or requires zero data retention; /);
    assert.match((await ask("voice-bot", "openai/gpt-5-mini", "openai")).text, /^Whether openai serves .* unknown\.$/m);
  });

  it("can't be told if the key's workspace is not among those that were read", async () => {
    const { workspace_id } = keyOf("voice-bot");
    await start(({ path }) =>
      path.startsWith("/workspaces?")
        ? { body: (text) => text.replaceAll(`"id":"${workspace_id}"`, '"id":null') }
        : undefined,
    );
    const { text } = await ask("voice-bot", "openai/gpt-5-mini");
    assert.match(text, /^Unknown: “/);
    assert.match(text, /^Unknown: the key's workspace couldn't be read; /m);
  });

  it("names the regions and policies that an allowed use depends on", async () => {
    const guardrail = [...account.state.guardrails.values()].find(({ name }) => name === "No personal data")!;
    Object.assign(guardrail, { allowed_data_regions: ["europe"], enable_paid_model_training: false });
    await start();
    const { text } = await ask("voice-bot", "openai/gpt-5-mini");
    assert.match(text, /^Allowed: /);
    assert.match(text, /^allowed_data_regions: europe \(from "No personal data"\)\.$/m);
    assert.match(text, /^not allowed: paid_model_training /m);
  });

  it("isn't judged for unknown names, with the tool that lists them", async () => {
    await start();
    for (const [model, provider, words] of [
      ["nobody/nothing", undefined, /no model nobody\/nothing.*or_models/],
      ["openai/gpt-5-mini", "nobody", /no provider nobody.*or_providers/],
    ] as const) {
      const { text, isError } = await ask("voice-bot", model, provider);
      assert.ok(isError);
      assert.match(text, words);
    }
    const { text, isError } = await server.call("or_key_may_use", { hash: "0".repeat(64), model: "openai/gpt-5-mini" });
    assert.ok(isError && /404/.test(text), text);
  });
});
