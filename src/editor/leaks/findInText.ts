import { type FoundSecret, findSecrets } from "../../leaks/detect/findSecrets.ts";
import { offsetsIn } from "../../leaks/text/lines.ts";

/** A longer text is searched in a thread of its own: one that was made to be slow would stop the editor's other extensions. */
const MAX_HERE = 4_000;

/** Finds the secrets in a text, in the order of their position. @throws the signal's reason */
export async function findInText(text: string, signal?: AbortSignal): Promise<FoundSecret[]> {
  return text.length <= MAX_HERE ? findSecrets(text) : findInThread(text, signal);
}

async function findInThread(text: string, signal = new AbortController().signal): Promise<FoundSecret[]> {
  const { startSweep } = await import("../../leaks/startSweep.ts");
  const options = { folders: [], texts: [{ uri: "", text }], history: false };
  const { secrets } = await startSweep(options, { signal, onProgress() {} });
  signal.throwIfAborted();
  const places = secrets.flatMap(({ secret, places }) => places.map((place) => ({ secret, place })));
  if (places.length === 0) return [];
  const offset = offsetsIn(text);
  return places
    .map(({ secret, place }) => ({
      ...{ secret, form: place.form },
      start: offset(place.line, place.column),
      end: offset(place.endLine, place.endColumn),
    }))
    .sort((a, b) => a.start - b.start);
}
