import { readFile, stat } from "node:fs/promises";
import type { LeakPlace } from "../../leaks/model.ts";
import { decodeText } from "./decodeText.ts";
import { findInText } from "./findInText.ts";
import type { LeakList } from "./leakList.ts";

/** A larger file keeps its places until the next search. */
const MAX_BYTES = 10_000_000;

type FilePlace = Extract<LeakPlace, { kind: "file" }>;
const isFile = (place: LeakPlace): place is FilePlace => place.kind === "file";

/** Reads the files of a leak again, and updates its places: the key may have been replaced. */
export async function recheckFiles(list: LeakList, id: string): Promise<void> {
  const leak = list.find(id);
  if (!leak) return;
  const byPath = Map.groupBy(leak.places.filter(isFile), ({ path }) => path);
  const found = await Promise.all([...byPath].map(([path, before]) => placesNow(path, leak.secret.reveal(), before)));
  const now = list.find(id);
  if (now) list.update(id, { places: [...found.flat(), ...now.places.filter((place) => !isFile(place))] });
}

/** @returns `before` if the file can't be read, or is a notebook, whose texts only the search decodes */
async function placesNow(path: string, secret: string, before: FilePlace[]): Promise<FilePlace[]> {
  try {
    if ((await stat(path)).size > MAX_BYTES) return before;
    const text = decodeText(await readFile(path));
    const found = (await findInText(text)).filter((one) => one.secret === secret);
    if (found.length === 0 && text.includes(secret.slice(0, 32))) return before;
    return found.map(({ secret: _, ...range }) => ({ ...range, kind: "file", path }));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? [] : before;
  }
}
