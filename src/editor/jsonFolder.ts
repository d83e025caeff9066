import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Small records, a file each, written whole or not at all: what one window or one crash leaves, the next can read. */
export interface JsonFolder<T> {
  list(): Promise<T[]>;
  write(id: string, record: T): Promise<void>;
  remove(id: string): Promise<void>;
}

/** @param id must be safe as a file name */
export function createJsonFolder<T>(folder: string, isRecord: (value: unknown) => value is T): JsonFolder<T> {
  const file = (id: string) => {
    if (!/^[\w-]+$/.test(id)) throw new Error(`${JSON.stringify(id)} cannot name a record.`);
    return join(folder, `${id}.json`);
  };
  // One after the other, so that the last change is the one that stays.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  };
  return {
    async list() {
      const names = await readdir(folder).catch(missing([]));
      const records = await Promise.all(
        names.filter((name) => name.endsWith(".json")).map((name) => read(join(folder, name))),
      );
      return records.filter(isRecord);
    },
    write: (id, record) =>
      inTurn(async () => {
        await mkdir(folder, { recursive: true });
        const temporary = `${file(id)}.${process.pid}.tmp`;
        await writeFile(temporary, JSON.stringify(record), { mode: 0o600, flush: true });
        await rename(temporary, file(id));
      }),
    remove: (id) => inTurn(() => rm(file(id), { force: true })),
  };
}

/** A file that is no JSON is one of another version, or somebody's own: left where it is. */
async function read(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

function missing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return value;
    throw error;
  };
}
