// Which key a one-time secret belongs to. Pure, and lenient: of the answer to a create only the secret is needed.
import type { Key } from "../schemas.ts";
import { keyPattern } from "./keyPattern.ts";
import type { KeyRef, Rotation } from "./types.ts";

/** What hashes look like. Another form is not believed from this answer alone: the key is looked up in the list. */
const HASH = /^[0-9a-f]{64}$/;

/**
 * The new key by the `data` of the answer to its create; undefined where that does not name a key that can be new.
 * An unreadable name or label is filled in: the name was sent, the label shows the ends of the secret.
 */
export function newKeyOf(record: Rotation, data: unknown, secret: string): KeyRef | undefined {
  const { hash, name, label } = (typeof data === "object" && data !== null ? data : {}) as Record<string, unknown>;
  if (typeof hash !== "string" || !HASH.test(hash)) return undefined;
  if (hash === record.old.hash || record.knownHashes.includes(hash)) return undefined;
  return { hash, name: text(name) ?? record.body.name, label: text(label) ?? labelOf(secret) };
}

/** Holds a secret until its key is known: under the rotation's id. */
export function unknownKey({ id, body }: Rotation, secret: string): KeyRef {
  return { hash: id, name: body.name, label: labelOf(secret) };
}

/**
 * The key, of those that the rotation may have created, whose label shows the ends of the secret; or the only one
 * whose label shows nothing.
 */
export function findBySecret(orphans: readonly Key[], secret: string): Key | undefined {
  const fits = (key: Key) => keyPattern(text(key.label) ?? "")?.test(secret);
  const matching = orphans.filter(fits);
  const candidates = matching.length > 0 ? matching : orphans.filter((key) => fits(key) === undefined);
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** As the API labels a key: the first three and the last four characters after the prefix. */
function labelOf(secret: string): string {
  const [prefix = ""] = /^sk-or-(v\d+-)?/.exec(secret) ?? [];
  const body = secret.slice(prefix.length);
  return body.length < 16 ? "" : `${prefix}${body.slice(0, 3)}...${body.slice(-4)}`;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
