// Replaces `node:crypto` in the web bundle: the functions that shared code uses, with the same results.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** Web Crypto hashes asynchronously only, and account ids are needed synchronously. */
export function createHash(algorithm: "sha256") {
  if (algorithm !== "sha256") throw new Error(`${algorithm} is not available in the browser.`);
  const hash = sha256.create();
  return {
    update(text: string) {
      hash.update(utf8ToBytes(text));
      return this;
    },
    digest: (_encoding: "hex") => bytesToHex(hash.digest()),
  };
}

export const randomUUID = (): string => crypto.randomUUID();
