// Finds the key that a one-time secret belongs to. Pure, and lenient: needs only the secret of the response to a create.

import type { CreatedKey } from "../endpoints/createdKey.ts";
import { matchesLabel } from "../keys/findCreatedKey.ts";
import type { Key } from "../schemas.ts";
import type { KeyRef, Rotation } from "./record.ts";

/** The format of a hash. Without it, the response is not trusted, and the key is looked up in the list. */
const HASH = /^[0-9a-f]{64}$/;

/**
 * Reads the new key from the response to its create; undefined if that doesn't identify a new key. A missing name comes from
 * the request, a missing label from the secret.
 */
export function newKeyFromResponse(record: Rotation, { key, hash, data }: CreatedKey): KeyRef | undefined {
  if (!hash || !HASH.test(hash) || hash === record.old.hash || record.knownHashes.includes(hash)) return undefined;
  return { hash, name: data?.name || record.body.name, label: data?.label || labelOfSecret(key) };
}

/** Creates the reference under which a secret is stored until its key is known: the rotation's id. */
export function placeholderKey({ id, body }: Rotation, secret: string): KeyRef {
  return { hash: id, name: body.name, label: labelOfSecret(secret) };
}

/** Finds the orphan whose label matches the secret; if none does, the only orphan without a label. */
export function findKeyBySecret(orphans: readonly Key[], secret: string): Key | undefined {
  const matching = orphans.filter(({ label }) => matchesLabel(secret, label));
  const candidates = matching.length > 0 ? matching : orphans.filter(({ label }) => !label);
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** Builds a label like the API's: the first three and the last four characters after the prefix. */
function labelOfSecret(secret: string): string {
  const [prefix = ""] = /^sk-or-(v\d+-)?/.exec(secret) ?? [];
  const body = secret.slice(prefix.length);
  return body.length < 16 ? "" : `${prefix}${body.slice(0, 3)}...${body.slice(-4)}`;
}
