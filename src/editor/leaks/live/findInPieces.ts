import { setImmediate } from "node:timers/promises";
import { type FoundSecret, findSecrets } from "../../../leaks/detect/findSecrets.ts";

/** Searching a text of this length takes about 15 ms. */
const PIECE = 128 * 1024;
/** No secret is longer, in whatever form. */
const OVERLAP = 20_000;
/** Enough to see whether a secret continues a word or an escape. */
const BEFORE = 64;

/** Finds the secrets of a text, however long, without keeping the extension host from anything else. @throws the signal's reason */
export async function findInPieces(text: string, signal?: AbortSignal): Promise<FoundSecret[]> {
  if (text.length <= PIECE) return findSecrets(text);
  const found: FoundSecret[] = [];
  for (let from = 0; from < text.length; from += PIECE) {
    await setImmediate();
    signal?.throwIfAborted();
    const first = Math.max(0, from - BEFORE);
    for (const one of findSecrets(text.slice(first, from + PIECE + OVERLAP))) {
      const start = one.start + first;
      if (start >= from && start < from + PIECE) found.push({ ...one, start, end: one.end + first });
    }
  }
  return found;
}
