import { listAllKeys } from "../account/listAll.ts";
import type { CreatedKey, KeptKey } from "../endpoints/createdKey.ts";
import { getKey } from "../endpoints/keys.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key, KeyCreate } from "../schemas.ts";

/**
 * Finds a key that was just created; reads it from the account if the response to the create was incomplete.
 * `GET /keys/{hash}`, or `GET /keys` if the hash is unknown or wrong. Returns undefined instead of throwing, so that the
 * secret still reaches the user.
 */
export async function findCreatedKey(
  client: Client,
  created: CreatedKey | KeptKey,
  body: Pick<KeyCreate, "name">,
  options?: RequestOptions,
): Promise<Key | undefined> {
  if (created.data) return created.data;
  try {
    const byHash =
      created.hash && (await getKey(client, created.hash, { ...options, fresh: true }).catch(() => undefined));
    if (byHash) return byHash;
    const { keys } = await listAllKeys(client, {}, { ...options, fresh: true });
    const matching = keys.filter(
      (key) => key.name === body.name && "key" in created && matchesLabel(created.key, key.label),
    );
    return matching.length === 1 ? matching[0] : undefined;
  } catch {
    return undefined;
  }
}

/** True if both visible ends of a label such as `sk-or-v1-0e6...1c96` match a secret. */
export function matchesLabel(secret: string, label: string): boolean {
  const [start, end, ...more] = label.split(/\.{3}|…/);
  if (!start || !end || more.length > 0) return false;
  return secret.length > start.length + end.length && secret.startsWith(start) && secret.endsWith(end);
}
