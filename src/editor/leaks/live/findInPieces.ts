import { setImmediate } from "node:timers/promises";
import { type FoundSecret, mayHoldSecret } from "../../../leaks/detect/findSecrets.ts";
import { findInText } from "../findInText.ts";

/** Most texts don't even have the beginning of a secret. That is looked for in pieces, which overlap by more than one has. */
const [PIECE, OVERLAP] = [12_000, 4_000];

/**
 * Finds the secrets of a text, however long, without keeping the extension host from anything else.
 * @throws the signal's reason
 */
export async function findInPieces(text: string, signal?: AbortSignal): Promise<FoundSecret[]> {
  for (let from = 0; from < text.length; from += PIECE) {
    if (from > 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    if (mayHoldSecret(text.slice(from, from + PIECE + OVERLAP))) return findInText(text, signal);
  }
  return [];
}
