import { createHash } from "node:crypto";

/** An account's id: says nothing of its key, and is the same wherever and whenever the key is used. */
export function accountId(key: string): string {
  return createHash("sha256").update(`openrouter-admin:account:${key}`).digest("hex").slice(0, 16);
}
