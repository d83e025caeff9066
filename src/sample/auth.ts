import { randomBytes } from "node:crypto";
import { unauthorized } from "./errors.ts";
import { hex } from "./random.ts";
import type { KeyRecord } from "./state.ts";

/** Who asks: a management key, or an inference key with its record. */
export type Caller = { management: true; label: string } | { management: false; key: KeyRecord };

/** The keys that this account accepts, by the hash of their secret. */
export type Callers = Map<string, Caller>;

/** A new secret, of the form that OpenRouter's have. */
export const newSecret = (): string => `sk-or-v1-${randomBytes(32).toString("hex")}`;

/** Tells this account's management keys from real ones: "SAMPLE" in hex, which src/openrouter/account/sampleKey.ts looks for. */
const MARK = Buffer.from("SAMPLE").toString("hex");

/** A new secret for managing the account. */
export const newManagementSecret = (): string => `sk-or-v1-${MARK}${randomBytes(32 - MARK.length / 2).toString("hex")}`;

/** What lists show of a secret. */
export const mask = (secret: string): string => `${secret.slice(0, 12)}...${secret.slice(-4)}`;

/** Finds the caller, or answers 401. */
export function authenticate(header: string | undefined, callers: Callers, now: number): Caller {
  const secret = /^Bearer (\S+)$/.exec(header ?? "")?.[1];
  if (!secret) throw unauthorized("No auth credentials found");
  const caller = callers.get(hex(secret));
  if (!caller) throw unauthorized("User not found.");
  if (!caller.management) {
    const { disabled, expires_at } = caller.key;
    if (disabled) throw unauthorized("This API key is disabled.");
    if (expires_at && Date.parse(expires_at) <= now) throw unauthorized("This API key has expired.");
  }
  return caller;
}
