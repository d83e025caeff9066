// Sends a request that arrived over the channel to OpenRouter, with the client of the account in use.
import * as z from "zod";
import { readCreatedKey } from "../openrouter/endpoints/createdKey.ts";
import type { FoundEndpoint } from "../openrouter/endpoints/table.ts";
import type { Call, Client } from "../openrouter/http/call.ts";
import { toFailure } from "./failures.ts";
import type { ChannelAnswer, ChannelRequest } from "./protocol.ts";

/** What each create action creates. Creates are never sent twice. */
const CREATED_KIND: Record<string, "key" | "guardrail" | undefined> = {
  createKey: "key",
  createGuardrail: "guardrail",
};

/** Result of a DELETE whose target no longer exists. */
const DELETED = Symbol("deleted");

/**
 * Sends a request with the retry and cache policy of its endpoint and returns OpenRouter's response unchanged.
 * @throws errors other than a failed request, such as `ClientEndedError`
 */
export async function forwardRequest(
  client: Client,
  { endpoint }: FoundEndpoint,
  { method, path, query, body, fresh, cache }: ChannelRequest,
  signal?: AbortSignal,
): Promise<ChannelAnswer> {
  const created = CREATED_KIND[endpoint.action ?? ""];
  const call: Call<unknown> = {
    ...{ method, path, query, body, schema: z.unknown(), raw: true },
    // A write must never be answered from the cache.
    cache: endpoint.cache || (cache && method === "GET"),
    isReadOnly: method === "POST" && !endpoint.action,
    whenGone: method === "DELETE" ? DELETED : undefined,
    creates: created && `the ${created} ${JSON.stringify(nameOf(body))}`,
    // A new secret is returned only once, so it is recovered even from a body that isn't JSON.
    salvage: created === "key" ? readCreatedKey : undefined,
  };
  const now = () => client.now().toISOString();
  try {
    const json = await client.request(call, { signal, fresh });
    return { kind: "answer", json: json === DELETED ? undefined : json, now: now() };
  } catch (error) {
    const failure = toFailure(error);
    if (!failure) throw error;
    return { kind: "failure", failure, now: now() };
  }
}

function nameOf(body: unknown): unknown {
  return (body as { name?: unknown } | undefined)?.name ?? "";
}

/** Redacts secrets in all strings and field names of a JSON value, one by one: replacing them in JSON text could break it. */
export function redactJson(client: Pick<Client, "redact">, json: unknown): unknown {
  // Fast path: nearly all values contain no secret.
  const all = collectStrings(json).join("\n--\n");
  if (client.redact(all) === all) return json;
  return redactValues(client, json);
}

function redactValues(client: Pick<Client, "redact">, json: unknown): unknown {
  if (typeof json === "string") return client.redact(json);
  if (Array.isArray(json)) return json.map((item) => redactValues(client, item));
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [client.redact(name), redactValues(client, value)]),
  );
}

function collectStrings(json: unknown): string[] {
  if (typeof json === "string") return [json];
  if (Array.isArray(json)) return json.flatMap(collectStrings);
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) => [name, ...collectStrings(value)]);
}
