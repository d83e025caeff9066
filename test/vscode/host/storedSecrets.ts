// Reads SecretStorage: code-server stores it in the page, encrypted with a key of which the server has one half.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { EXTENSION_ID } from "./paths.ts";
import type { Host } from "./server.ts";

const ITEM = "secrets.provider";
const [KEY_BYTES, IV_BYTES, TAG_BYTES] = [32, 12, 16];

/** Returns our extension's stored secrets by id. */
export async function storedSecrets(host: Host, page: Page): Promise<Record<string, string>> {
  const ours = Object.entries(await readAll(host, page)).flatMap(([id, value]) => {
    const { extensionId, key } = JSON.parse(id) as { extensionId: string; key: string };
    return extensionId === EXTENSION_ID ? [[key, value]] : [];
  });
  return Object.fromEntries(ours);
}

/** Replaces our extension's secrets. Reload the window immediately, before it writes the old ones again. */
export async function storeSecrets(host: Host, page: Page, secrets: Record<string, string>): Promise<void> {
  const others = Object.entries(await readAll(host, page)).filter(
    ([id]) => JSON.parse(id).extensionId !== EXTENSION_ID,
  );
  const ours = Object.entries(secrets).map(([key, value]) => [
    JSON.stringify({ extensionId: EXTENSION_ID, key }),
    value,
  ]);
  const sealed = seal(host, JSON.stringify(Object.fromEntries([...others, ...ours])));
  await page.evaluate(`localStorage.setItem(${JSON.stringify(ITEM)}, ${JSON.stringify(sealed)})`);
}

async function readAll(host: Host, page: Page): Promise<Record<string, string>> {
  const item = await page.evaluate<string | null>(`localStorage.getItem(${JSON.stringify(ITEM)})`);
  return item ? JSON.parse(unseal(host, item)) : {};
}

function seal(host: Host, text: string): string {
  const [clientKey, iv] = [randomBytes(KEY_BYTES), randomBytes(IV_BYTES)];
  const cipher = createCipheriv("aes-256-gcm", wholeKey(host, clientKey), iv);
  const encrypted = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([clientKey, iv, encrypted, cipher.getAuthTag()]).toString("base64");
}

function unseal(host: Host, item: string): string {
  const bytes = Buffer.from(item, "base64");
  const encrypted = bytes.subarray(KEY_BYTES + IV_BYTES, -TAG_BYTES);
  const iv = bytes.subarray(KEY_BYTES, KEY_BYTES + IV_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", wholeKey(host, bytes.subarray(0, KEY_BYTES)), iv);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString("utf8");
}

function wholeKey({ dataDir }: Host, clientKey: Buffer): Buffer {
  const serverKey = readFileSync(join(dataDir, "serve-web-key-half"));
  return Buffer.from(clientKey.map((byte, index) => byte ^ (serverKey[index] ?? 0)));
}
