import { setImmediate } from "node:timers/promises";
import { type FoundSecret, findSecrets } from "../../../leaks/detect/findSecrets.ts";
import { startSweep } from "../../../leaks/startSweep.ts";

/** The first piece of a text is small; the next ones are larger as long as pieces take little time. */
const [FIRST_PIECE, MAX_PIECE] = [16 * 1024, 128 * 1024];
/** No secret is longer, in whatever form. */
const OVERLAP = 20_000;
/** Enough to see whether a secret continues a word or an escape. */
const BEFORE = 64;
/** Longer texts, and those of which a piece takes long, are searched in a thread of their own. */
const [MAX_LENGTH, SHORT_MS, LONG_MS] = [1_000_000, 8, 25];

/**
 * Finds the secrets of a text, however long, without keeping the extension host from anything else: in pieces, or in a thread.
 * @throws the signal's reason
 */
export async function findInPieces(text: string, signal?: AbortSignal): Promise<FoundSecret[]> {
  if (text.length > MAX_LENGTH) return findInThread(text, signal);
  const found: FoundSecret[] = [];
  let piece = FIRST_PIECE;
  for (let from = 0; from < text.length; ) {
    const first = Math.max(0, from - BEFORE);
    const started = performance.now();
    for (const one of findSecrets(text.slice(first, from + piece + OVERLAP))) {
      const start = one.start + first;
      if (start >= from && start < from + piece) found.push({ ...one, start, end: one.end + first });
    }
    from += piece;
    const took = performance.now() - started;
    if (from < text.length) {
      if (took > LONG_MS) return findInThread(text, signal);
      if (took < SHORT_MS) piece = Math.min(MAX_PIECE, piece * 2);
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  return found;
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
