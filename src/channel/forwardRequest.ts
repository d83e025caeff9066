// Carries out what crossed the channel, with the client of the account that is in use.
import * as z from "zod";
import { readCreatedKey } from "../openrouter/endpoints/createdKey.ts";
import type { FoundEndpoint } from "../openrouter/endpoints/table.ts";
import type { Call, Client } from "../openrouter/http/call.ts";
import { toFailure } from "./failures.ts";
import type { ChannelAnswer, ChannelRequest } from "./protocol.ts";

/** What creates make: they are never sent twice. */
const CREATED_KIND: Record<string, "key" | "guardrail" | undefined> = {
  createKey: "key",
  createGuardrail: "guardrail",
};

/** The answer to a DELETE of what is gone. */
const DELETED = Symbol("gone");

/**
 * Sends a request to OpenRouter as its endpoint wants it, and gives the answer as it came, without the client's key.
 * @throws what is no failure of a request, such as the end of the account's session
 */
export async function forwardRequest(
  client: Client,
  { endpoint }: FoundEndpoint,
  { method, path, query, body, fresh }: ChannelRequest,
  signal?: AbortSignal,
): Promise<ChannelAnswer> {
  const created = CREATED_KIND[endpoint.action ?? ""];
  const call: Call<unknown> = {
    ...{ method, path, query, body, schema: z.unknown(), raw: true, cache: endpoint.cache },
    isReadOnly: method === "POST" && !endpoint.action,
    whenGone: method === "DELETE" ? DELETED : undefined,
    creates: created && `the ${created} ${JSON.stringify(nameOf(body))}`,
    // What can be had only once is found in an answer that is no JSON, too.
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

/** JSON whose texts and names of fields hold no secret: each by itself, since one that is replaced in the whole could break it. */
export function redactJson(client: Client, json: unknown): unknown {
  // Quick for what holds none, which is nearly always so.
  const all = collectStrings(json).join("\n--\n");
  if (client.redact(all) === all) return json;
  return redactValues(client, json);
}

function redactValues(client: Client, json: unknown): unknown {
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
