import { listAllKeys } from "../account/listAll.ts";
import type { CreatedKey, KeptKey } from "../endpoints/createdKey.ts";
import { getKey } from "../endpoints/keys.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key, KeyCreate } from "../schemas.ts";

/**
 * The key that a create made, as the account shows it: read again where the create's answer did not say all of it.
 * `GET /keys/{hash}`, or `GET /keys` where the hash could not be read or is no key's. Undefined where it cannot be found or read:
 * the secret must reach its holder all the same, so that this never throws.
 */
export async function findCreatedKey(
  client: Client,
  created: CreatedKey | KeptKey,
  body: Pick<KeyCreate, "name">,
  options?: RequestOptions,
): Promise<Key | undefined> {
  if (created.data) return created.data;
  try {
    const named =
      created.hash && (await getKey(client, created.hash, { ...options, fresh: true }).catch(() => undefined));
    if (named) return named;
    const { keys } = await listAllKeys(client, {}, { ...options, fresh: true });
    const own = keys.filter(
      (key) => key.name === body.name && "key" in created && matchesLabel(created.key, key.label),
    );
    return own.length === 1 ? own[0] : undefined;
  } catch {
    return undefined;
  }
}

/** True if a label such as `sk-or-v1-0e6...1c96` can be that of a secret: its visible ends are the secret's. */
export function matchesLabel(secret: string, label: string): boolean {
  const [start, end, ...more] = label.split(/\.{3}|…/);
  if (!start || !end || more.length > 0) return false;
  return secret.length > start.length + end.length && secret.startsWith(start) && secret.endsWith(end);
}
