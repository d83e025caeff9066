// Which key a one-time secret belongs to. Pure, and lenient: of the answer to a create only the secret is needed.

import type { CreatedKey } from "../endpoints/createdKey.ts";
import { matchesLabel } from "../keys/findCreatedKey.ts";
import type { Key } from "../schemas.ts";
import type { KeyRef, Rotation } from "./record.ts";

/** The form of a hash. Another form is not trusted from this answer alone: the key is looked up in the list. */
const HASH = /^[0-9a-f]{64}$/;

/**
 * The new key by the answer to its create; undefined where that does not name a key that can be new.
 * What the answer does not say of it is filled in: the name was sent, the label shows the ends of the secret.
 */
export function newKeyFromResponse(record: Rotation, { key, hash, data }: CreatedKey): KeyRef | undefined {
  if (!hash || !HASH.test(hash) || hash === record.old.hash || record.knownHashes.includes(hash)) return undefined;
  return { hash, name: data?.name || record.body.name, label: data?.label || labelOfSecret(key) };
}

/** Holds a secret until its key is known: under the rotation's id. */
export function placeholderKey({ id, body }: Rotation, secret: string): KeyRef {
  return { hash: id, name: body.name, label: labelOfSecret(secret) };
}

/**
 * The key, of those that the rotation may have created, whose label shows the ends of the secret; or the only one
 * that has no label.
 */
export function findKeyBySecret(orphans: readonly Key[], secret: string): Key | undefined {
  const matching = orphans.filter(({ label }) => matchesLabel(secret, label));
  const candidates = matching.length > 0 ? matching : orphans.filter(({ label }) => !label);
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** As the API labels a key: the first three and the last four characters after the prefix. */
function labelOfSecret(secret: string): string {
  const [prefix = ""] = /^sk-or-(v\d+-)?/.exec(secret) ?? [];
  const body = secret.slice(prefix.length);
  return body.length < 16 ? "" : `${prefix}${body.slice(0, 3)}...${body.slice(-4)}`;
}
