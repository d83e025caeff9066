import { readFile, stat } from "node:fs/promises";
import type { LeakPlace } from "../../leaks/model.ts";
import { decodeText } from "./decodeText.ts";
import type { Leak } from "./leak.ts";
import type { LeakList } from "./leakList.ts";

/** A larger file keeps its places until the next search, bytes. */
const MAX_BYTES = 10_000_000;
/** So much is read at once, bytes. */
const BATCH_BYTES = 10_000_000;

type FilePlace = Extract<LeakPlace, { kind: "file" }>;
const isFile = (place: LeakPlace): place is FilePlace => place.kind === "file";

/** Reads files again, and updates the places of all leaks in them: a key may have been replaced. Never rejects. */
export type Recheck = (paths: Iterable<string>) => Promise<void>;

/** Creates a function that reads one batch of files after another, in one thread. */
export function createRecheck(list: Pick<LeakList, "current" | "find" | "update">): Recheck {
  const waiting = new Set<string>();
  let last = Promise.resolve();

  async function run(): Promise<void> {
    while (waiting.size > 0) await recheck(list, await takeBatch(waiting));
  }

  return (paths) => {
    for (const path of paths) waiting.add(path);
    last = last.then(run).catch(() => {}); // The places stay as they are.
    return last;
  };
}

/** Reads the first of the files, and takes them from the set. One that can't be read is left out; a deleted one has no text. */
async function takeBatch(waiting: Set<string>): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  let bytes = 0;
  for (const path of waiting) {
    waiting.delete(path);
    try {
      const { size } = await stat(path);
      if (size <= MAX_BYTES) texts.set(path, decodeText(await readFile(path)));
      bytes += size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") texts.set(path, "");
    }
    if (bytes >= BATCH_BYTES) break;
  }
  return texts;
}

async function recheck(list: Pick<LeakList, "current" | "find" | "update">, texts: Map<string, string>): Promise<void> {
  const affected = (leak: Leak) => leak.places.some((place) => isFile(place) && texts.has(place.path));
  if (!list.current?.leaks.some(affected)) return;
  const { startSweep } = await import("../../leaks/startSweep.ts");
  const { secrets, problems, isComplete } = await startSweep(
    { folders: [], texts: Array.from(texts, ([uri, text]) => ({ uri, text })), history: false },
    { signal: new AbortController().signal, onProgress() {} },
  );
  // Not all places are listed then.
  if (!isComplete || problems.length > 0) return;
  const found = new Map(secrets.map(({ secret, places }) => [secret, places]));
  const changes = new Map<string, Pick<Leak, "places">>();
  for (const { id } of list.current?.leaks.filter(affected) ?? []) {
    const leak = list.find(id);
    if (leak) changes.set(id, { places: placesNow(leak, texts, found.get(leak.secret.reveal()) ?? []) });
  }
  list.update(changes);
}

function placesNow(leak: Leak, texts: ReadonlyMap<string, string>, found: readonly LeakPlace[]): LeakPlace[] {
  const secret = leak.secret.reveal();
  const now = found.flatMap((place): FilePlace[] => {
    if (place.kind !== "unsaved") return [];
    const { uri, ...range } = place;
    return [{ ...range, kind: "file", path: uri }];
  });
  const kept = leak.places.filter((place) => {
    const text = isFile(place) ? texts.get(place.path) : undefined;
    // Only the search decodes the texts of a notebook.
    return text === undefined || (isFile(place) && text.includes(secret.slice(0, 32)) && !isIn(now, place.path));
  });
  const isOwn = new Set(leak.places.filter(isFile).map(({ path }) => path));
  return [...now.filter(({ path }) => isOwn.has(path)), ...kept];
}

const isIn = (places: readonly FilePlace[], path: string) => places.some((place) => place.path === path);
