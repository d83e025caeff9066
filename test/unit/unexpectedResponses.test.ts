import assert from "node:assert/strict";
import { activityByKey, assignKeys, createClient, getActivity, getCredits } from "../../src/openrouter/index.ts";
import { apiError, type Fault, reply, startFaultProxy } from "../support/faults.ts";
import { randomKey } from "../support/mcp.ts";

describe("unexpected responses of the API or of a gateway", () => {
  let faults: Awaited<ReturnType<typeof startFaultProxy>>;

  afterEach(() => faults.close());

  async function clientOf(fault: Fault) {
    faults = await startFaultProxy("", fault);
    return createClient({ key: randomKey(), baseUrl: faults.baseUrl });
  }

  it("attributes the message of a gateway's JSON with 200 to the gateway", async () => {
    const client = await clientOf((_, response) => reply(response, 200, { message: "Sign in to Guest Wi-Fi" }));
    await assert.rejects(getCredits(client), /IntermediaryError: .*Sign in to Guest Wi-Fi/);
  });

  it("does not report a key as unassigned if its assignment may be an unreadable row", async () => {
    const client = await clientOf(({ method }, response) =>
      method === "POST"
        ? reply(response, 200, "<html>")
        : reply(response, 200, { data: [{ guardrail_id: "g", key_hash: null }], total_count: 1 }),
    );
    await assert.rejects(assignKeys(client, "g", ["a"]), /AcceptedWriteError: .*1 of 1 assignments could not be read/);
  });

  it("stops reading a list of assignments that does not end", async () => {
    const client = await clientOf(({ method }, response) =>
      method === "POST"
        ? reply(response, 200, "<html>")
        : reply(response, 200, { data: [{ guardrail_id: "g", key_hash: "a" }] }),
    );
    assert.equal(await assignKeys(client, "g", ["a"]), undefined);
  });

  it("does not use analytics with BYOK spend that /activity lacks", async () => {
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const counts = { requests: 2, prompt_tokens: 1, completion_tokens: 1, reasoning_tokens: 0 };
    const row = { date: day, model: "m/x", provider_name: "P", usage: 10, byok_usage_inference: 0, ...counts };
    const spent = {
      usage: 10,
      usage_daily: 0,
      usage_monthly: 10,
      limit: null,
      limit_remaining: null,
      limit_reset: null,
    };
    const metrics = ["total_usage", "byok_usage", "request_count"].map((name) => ({ name }));
    const figures = {
      date__day: day,
      model: "m/x",
      api_key_id: "k",
      total_usage: 10,
      byok_usage: 5,
      request_count: "2",
    };
    const client = await clientOf(({ path }, response) => {
      if (path.startsWith("/activity")) return reply(response, 200, { data: [row] });
      if (path.startsWith("/keys?offset=0"))
        return reply(response, 200, { data: [{ hash: "a", name: "k", disabled: false, ...spent }] });
      if (path.startsWith("/keys?")) return reply(response, 200, { data: [] });
      if (path === "/analytics/meta") return reply(response, 200, { data: { metrics } });
      if (path === "/analytics/query") return reply(response, 200, { data: { data: [figures] } });
      return reply(response, 404, apiError(404, "none"));
    });
    const { spend } = await activityByKey(client, getActivity(client), {});
    assert.match(JSON.stringify(spend.notes), /add up to byok_cost 5 instead of 0/);
    assert.ok(spend.figures.byok_cost.every((usd) => usd === 0));
  });
});
