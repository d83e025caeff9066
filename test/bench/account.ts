import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { analyticsMeta, runAnalytics } from "./analytics.ts";
import type { Data } from "./data.ts";

/** The maximum page size of lists. */
const PAGE = 100;

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Starts a large, read-only account that follows OpenRouter's API: 100 keys per page, one workspace at a time, no activity
 * of today.
 */
export async function startAccount(data: Data) {
  const received: string[] = [];
  let wait: () => Promise<unknown> = async () => {};
  const server = createServer(async (request, response) => {
    received.push(`${request.method} ${request.url}`);
    const delay = wait();
    let status = 200;
    let answer: unknown;
    try {
      answer = await route(data, request);
    } catch (error) {
      status = error instanceof Refusal ? error.status : 500;
      answer = { error: { code: status, message: String(error) } };
    }
    const text = JSON.stringify(answer);
    await delay;
    response.writeHead(status, { "content-type": "application/json" }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    /** Method and URL of each request so far. */
    received,
    /** Delays each response; it is prepared in the meantime. */
    delayResponses(before: () => Promise<unknown>) {
      wait = before;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function route(data: Data, request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const path = decodeURIComponent(url.pathname).replace(/^\/api\/v1/, "");
  const query = url.searchParams;
  if (request.method === "POST" && path === "/analytics/query") return runAnalytics(data, await bodyOf(request));
  if (request.method !== "GET") throw new Refusal(405, "Read-only");

  const list = lists(data, query)[path];
  if (list) return list();
  const [, first = "", second = "", ...rest] = path.split("/");
  if (first === "keys") return findOne(data.keys, (key) => key.hash === second);
  if (first === "guardrails" && rest.length === 0)
    return findOne(data.guardrails, (guardrail) => guardrail.id === second);
  if (first === "guardrails" && rest[0] === "assignments")
    return page(
      assignments(data, rest[1]).filter((item) => item.guardrail_id === second),
      query,
    );
  if (first === "workspaces" && rest[0] === "budgets") {
    findOne(data.workspaces, (workspace) => workspace.id === second);
    return { data: [], include_byok_in_budgets: false };
  }
  const id = `${second}/${rest[0]}`;
  if (first === "model") return findOne(data.models, (model) => model.id === id);
  if (first === "models" && rest[1] === "endpoints") {
    const { data: model } = findOne(data.models, (candidate) => candidate.id === id);
    return { data: { ...model, endpoints: data.endpoints.get(id) ?? [] } };
  }
  throw new Refusal(404, `Unknown path: ${path}`);
}

function lists(data: Data, query: URLSearchParams): Record<string, () => unknown> {
  const spent = data.keys.reduce((sum, key) => sum + key.usage, 0);
  return {
    "/credits": () => ({ data: { total_credits: 100_000, total_usage: Number(spent.toFixed(6)) } }),
    "/key": () => ({ data: currentKey(data) }),
    "/keys": () => ({ data: keysPage(data, query) }),
    "/analytics/meta": analyticsMeta,
    "/activity": () => ({ data: activity(data, query) }),
    "/generation": () => ({ data: generation(query.get("id") ?? "", data) }),
    "/models": () => ({ data: searchModels(data, query.get("q") ?? "") }),
    "/models/user": () => ({ data: data.models.filter((model) => !model.id.endsWith(":free")) }),
    "/endpoints/zdr": () => ({ data: [...data.endpoints.values()].flat().filter((_, i) => i % 2 === 0) }),
    "/guardrails": () => page(data.guardrails.filter(inWorkspace(data, query)), query),
    "/guardrails/assignments/keys": () => page(data.keyAssignments, query),
    "/guardrails/assignments/members": () => page(data.memberAssignments, query),
    "/organization/members": () => page(data.members, query),
    "/workspaces": () => page(data.workspaces, query),
  };
}

async function bodyOf(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function findOne<T>(items: readonly T[], is: (item: T) => boolean): { data: T } {
  const item = items.find(is);
  if (!item) throw new Refusal(404, "Not found");
  return { data: item };
}

function page<T>(items: readonly T[], query: URLSearchParams) {
  const offset = Number(query.get("offset") ?? 0);
  const limit = Math.min(Number(query.get("limit") ?? 50), PAGE);
  return { data: items.slice(offset, offset + limit), total_count: items.length };
}

function assignments(data: Data, kind: string | undefined): { guardrail_id: string }[] {
  return kind === "keys" ? data.keyAssignments : data.memberAssignments;
}

/** Matches items of the query's workspace; the default one unless given. */
function inWorkspace(data: Data, query: URLSearchParams) {
  const workspace = query.get("workspace_id") ?? data.workspaces[0]?.id;
  return (item: { workspace_id: string }) => item.workspace_id === workspace;
}

function keysPage(data: Data, query: URLSearchParams) {
  const offset = Number(query.get("offset") ?? 0);
  const disabled = query.get("include_disabled") === "true";
  return data.keys
    .filter(inWorkspace(data, query))
    .filter((key) => disabled || !key.disabled)
    .slice(offset, offset + PAGE);
}

function currentKey(data: Data) {
  const { hash, name, disabled, workspace_id, ...key } = data.keys[4]!;
  const kind = { is_management_key: true, is_provisioning_key: true, is_free_tier: false };
  return { ...key, ...kind, rate_limit: { requests: -1, interval: "10s", note: "Deprecated" } };
}

function searchModels(data: Data, text: string) {
  return data.models.filter((model) => `${model.id} ${model.name}`.toLowerCase().includes(text.toLowerCase()));
}

/** Returns rows by day, model and endpoint, of all keys or of the requested one. */
function activity(data: Data, query: URLSearchParams) {
  const date = query.get("date");
  const today = data.now.toISOString().slice(0, 10);
  if (date && date >= today) throw new Refusal(400, "Date must be one of the last 30 completed UTC days");
  const hash = query.get("api_key_hash");
  const rows = new Map<string, ReturnType<typeof row>>();
  for (const entry of data.ledger) {
    if ((date && entry.date !== date) || (hash && entry.hash !== hash)) continue;
    const name = `${entry.date} ${entry.model.id} ${entry.provider_name}`;
    const total = rows.get(name) ?? row(entry);
    rows.set(name, total);
    total.usage = Number((total.usage + entry.usage).toFixed(6));
    total.requests += entry.requests;
    total.prompt_tokens += entry.prompt_tokens;
    total.completion_tokens += entry.completion_tokens;
  }
  return [...rows.values()];
}

function row(entry: Data["ledger"][number]) {
  return {
    date: `${entry.date} 00:00:00`,
    model: entry.model.id,
    model_permaslug: entry.model.canonical_slug,
    endpoint_id: `${entry.provider_name}:${entry.model.id}`,
    provider_name: entry.provider_name,
    usage: 0,
    byok_usage_inference: 0,
    requests: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    reasoning_tokens: 0,
  };
}

function generation(id: string, data: Data) {
  const model = data.models[0]!;
  return {
    id,
    model: model.id,
    provider_name: "Anthropic",
    total_cost: 0.012345,
    usage: 0.012345,
    created_at: "2026-08-02T10:11:12Z",
    origin: "https://example.com",
    streamed: true,
    cancelled: false,
    latency: 812,
    moderation_latency: null,
    generation_time: 4210,
    finish_reason: "stop",
    native_finish_reason: "end_turn",
    tokens_prompt: 1234,
    tokens_completion: 321,
    native_tokens_prompt: 1300,
    native_tokens_completion: 330,
    native_tokens_reasoning: 0,
    cache_discount: null,
    upstream_id: null,
    is_byok: false,
  };
}
