import { createHash } from "node:crypto";

/** An account's id: says nothing of its key, and is the same wherever and whenever the key is used. */
export function getAccountId(key: string): string {
  return createHash("sha256").update(`openrouter-admin:account:${key}`).digest("hex").slice(0, 16);
}

/** What OpenRouter's own labels show of a key, `0e6...1c96`: tells keys apart, and is no secret. */
export function getKeyLabel(key: string): string {
  const body = key.replace(/^sk-or-(v\d+-)?/i, "");
  return body.length < 32 ? "..." : `${body.slice(0, 3)}...${body.slice(-4)}`;
}
