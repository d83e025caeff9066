import { randomBytes } from "node:crypto";
import { unauthorized } from "./errors.ts";
import { type Ids, sha256Hex } from "./random.ts";
import type { KeyRecord } from "./state.ts";

/** The authenticated caller: a management key, or an inference key with its record. */
export type Caller = { management: true; label: string } | { management: false; key: KeyRecord };

/** The account's callers by the SHA-256 hash of their secret. */
export type Callers = Map<string, Caller>;

/** Creates a random inference key in OpenRouter's format. */
export const createSecret = (): string => `sk-or-v1-${randomBytes(32).toString("hex")}`;

/** "SAMPLE" in hex; src/openrouter/account/sampleKey.ts recognizes the sample account's management keys by it. */
const SAMPLE_MARK = Buffer.from("SAMPLE").toString("hex");

/** Returns the account's management key, recognizable as a sample account's. */
export const managementSecret = (ids: Ids): string =>
  `sk-or-v1-${SAMPLE_MARK}${ids.hash("management key").slice(SAMPLE_MARK.length)}`;

/** Returns a key of the account's own in OpenRouter's format. */
export const accountSecret = (ids: Ids, name: string): string => `sk-or-v1-${ids.hash(name)}`;

/** Masks a secret for lists. */
export const maskSecret = (secret: string): string => `${secret.slice(0, 12)}...${secret.slice(-4)}`;

/** Finds the caller of a request. @throws ApiError 401 if the key is missing, unknown, disabled or expired */
export function authenticate(header: string | undefined, callers: Callers, now: number): Caller {
  const secret = /^Bearer (\S+)$/.exec(header ?? "")?.[1];
  if (!secret) throw unauthorized("No auth credentials found");
  const caller = callers.get(sha256Hex(secret));
  if (!caller) throw unauthorized("User not found.");
  if (!caller.management) {
    const { disabled, expires_at } = caller.key;
    if (disabled) throw unauthorized("This API key is disabled.");
    if (expires_at && Date.parse(expires_at) <= now) throw unauthorized("This API key has expired.");
  }
  return caller;
}
