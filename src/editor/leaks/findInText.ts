import { type LocatedSecret, searchText } from "../../leaks/text/searchText.ts";

/** A longer text is searched in a thread of its own, so that the editor's other extensions don't wait. */
const MAX_HERE = 4_000;
/** Texts that are searched by one thread. */
const MAX_TEXTS = 20;

/** Finds the secrets in a text, in the order of their position. */
export async function findInText(text: string): Promise<LocatedSecret[]> {
  const found = text.length <= MAX_HERE ? searchText(text) : await findInThread(text);
  return found.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Texts whose thread has not begun: there is one thread at a time, however many files are read again at once. */
const waiting: { text: string; result: PromiseWithResolvers<LocatedSecret[]> }[] = [];
let isSearching = false;

function findInThread(text: string): Promise<LocatedSecret[]> {
  const result = Promise.withResolvers<LocatedSecret[]>();
  waiting.push({ text, result });
  if (!isSearching) void searchWaiting();
  return result.promise;
}

async function searchWaiting(): Promise<void> {
  isSearching = true;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, MAX_TEXTS);
    try {
      const { startSweep } = await import("../../leaks/startSweep.ts");
      const texts = batch.map(({ text }, i) => ({ uri: `${i}`, text }));
      const control = { signal: new AbortController().signal, onProgress() {} };
      const { secrets } = await startSweep({ folders: [], texts, history: false }, control);
      const found = secrets.flatMap(({ secret, places }) => places.map((place) => ({ ...place, secret })));
      for (const [i, { result }] of batch.entries())
        result.resolve(found.filter((one) => one.kind === "unsaved" && one.uri === `${i}`));
    } catch (error) {
      for (const { result } of batch) result.reject(error);
    }
  }
  isSearching = false;
}
