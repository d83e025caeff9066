import * as z from "zod";
import type { Client, RequestOptions } from "../http/call.ts";
import { data } from "./envelopes.ts";

const text = z.string().nullish().catch(undefined);
const usd = z.number().nullish().catch(undefined);
const flag = z.boolean().optional().catch(undefined);

/** `GET /key` with a key that was found somewhere. A missing figure is unknown; a limit of null is no limit. USD. */
const FoundKey = z.looseObject({
  is_management_key: flag,
  is_provisioning_key: flag,
  usage: usd,
  limit: usd,
  limit_reset: text,
  expires_at: text,
  workspace_id: text,
});
export type FoundKey = z.infer<typeof FoundKey>;

/**
 * Returns what OpenRouter says about the key that the client uses, a key that was found somewhere. `GET /key`, never cached.
 * @throws UnauthorizedError if OpenRouter rejects the key
 */
export async function getFoundKey(client: Client, options?: RequestOptions): Promise<FoundKey> {
  return (await client.request({ method: "GET", path: "/key", schema: data(FoundKey) }, options)).data;
}
