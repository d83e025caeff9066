import * as z from "zod";
import { IntermediaryError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import { shortLabel } from "../text/redact.ts";
import { data } from "./envelopes.ts";

/** Labels show more characters than this. */
const MIN_SHOWN = 6;

const text = z.string().nullish().catch(undefined);
const usd = z.number().nullish().catch(undefined);
const flag = z.boolean().optional().catch(undefined);

/** `GET /key` with a key that was found somewhere. A missing figure is unknown; a limit of null is no limit. USD. */
const FoundKey = z.looseObject({
  label: text,
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
 * Returns what OpenRouter says about the key that the client uses, a key that was found somewhere. `GET /key`, sent once and never
 * cached. @throws UnauthorizedError if OpenRouter rejects the key; IntermediaryError if the answer isn't about this key
 */
export async function getFoundKey(client: Client, secret: string, options?: RequestOptions): Promise<FoundKey> {
  const call = { method: "GET", path: "/key", schema: data(FoundKey), isDirect: true } as const;
  const { data: found } = await client.request(call, options);
  if (!isLabelOf(found.label, secret))
    throw new IntermediaryError(
      "GET /key: the response is not about the key that was sent.",
      "A proxy or a cache may have answered. Try again.",
    );
  return found;
}

/** True if a label such as `sk-or-v1-0e6...1c96` shows the first and last characters of a secret, enough of them to know it. */
function isLabelOf(label: string | null | undefined, secret: string): boolean {
  const [, head = "", tail = ""] =
    /^([\w-]*?)(?:\.{2,}|\u2026|\*{2,})([\w-]*)$/.exec(shortLabel(label ?? "").trim()) ?? [];
  const body = shortLabel(secret).toLowerCase();
  return (
    head.length + tail.length >= MIN_SHOWN && body.startsWith(head.toLowerCase()) && body.endsWith(tail.toLowerCase())
  );
}
