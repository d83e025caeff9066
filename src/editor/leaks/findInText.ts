import { type LocatedSecret, searchText } from "../../leaks/text/searchText.ts";

/** A longer text is searched in a thread of its own, so that the editor's other extensions don't wait. */
const MAX_HERE = 4_000;

/** Finds the secrets in a text, in the order of their position. */
export async function findInText(text: string): Promise<LocatedSecret[]> {
  const found = text.length <= MAX_HERE ? searchText(text) : await findInThread(text);
  return found.sort((a, b) => a.line - b.line || a.column - b.column);
}

async function findInThread(text: string): Promise<LocatedSecret[]> {
  const { startSweep } = await import("../../leaks/startSweep.ts");
  const { secrets } = await startSweep(
    { folders: [], texts: [{ uri: "", text }], history: false },
    { signal: new AbortController().signal, onProgress() {} },
  );
  return secrets.flatMap(({ secret, places }) => places.map((place) => ({ ...place, secret })));
}
