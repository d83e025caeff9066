import { createHash } from "node:crypto";

/** Derives an account's id from its key: stable on every machine, and it doesn't reveal the key. */
export function getAccountId(key: string): string {
  return createHash("sha256").update(`openrouter-admin:account:${key}`).digest("hex").slice(0, 16);
}

/** Shortens a key as OpenRouter's labels do, `0e6...1c96`: distinguishes keys without revealing them. */
export function getKeyLabel(key: string): string {
  const body = key.replace(/^sk-or-(v\d+-)?/i, "");
  return body.length < 32 ? "..." : `${body.slice(0, 3)}...${body.slice(-4)}`;
}
