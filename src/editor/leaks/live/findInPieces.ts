import { setImmediate } from "node:timers/promises";
import { type FoundSecret, findSecrets, mayHoldSecret } from "../../../leaks/detect/findSecrets.ts";
import { startSweep } from "../../../leaks/startSweep.ts";

/** A longer text is searched in a thread of its own: one that was made to be slow would stop the editor's other extensions. */
const MAX_HERE = 4_000;
/** Most long texts don't even have the beginning of a secret. That is looked for in pieces, which overlap by more than one has. */
const [PIECE, OVERLAP] = [12_000, 4_000];

/**
 * Finds the secrets of a text, however long, without keeping the extension host from anything else.
 * @throws the signal's reason
 */
export async function findInPieces(text: string, signal?: AbortSignal): Promise<FoundSecret[]> {
  if (text.length <= MAX_HERE) return findSecrets(text);
  for (let from = 0; from < text.length; from += PIECE) {
    if (mayHoldSecret(text.slice(from, from + PIECE + OVERLAP))) return findInThread(text, signal);
    await setImmediate();
    signal?.throwIfAborted();
  }
  return [];
}

async function findInThread(text: string, signal = new AbortController().signal): Promise<FoundSecret[]> {
  const options = { folders: [], texts: [{ uri: "", text }], history: false };
  const { secrets } = await startSweep(options, { signal, onProgress() {} });
  signal.throwIfAborted();
  const places = secrets.flatMap(({ secret, places }) => places.map((place) => ({ secret, place })));
  if (places.length === 0) return [];
  const lineStarts = [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), ({ index, 0: end }) => index + end.length)];
  const offset = (line: number, column: number) => (lineStarts[line - 1] ?? 0) + column - 1;
  return places
    .map(({ secret, place }) => ({
      ...{ secret, form: place.form },
      start: offset(place.line, place.column),
      end: offset(place.endLine, place.endColumn),
    }))
    .sort((a, b) => a.start - b.start);
}
