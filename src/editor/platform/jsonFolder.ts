import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../channel/writeAtomically.ts";
import { type Release, takeLock } from "./fileLock.ts";

/** A change of a record takes milliseconds. */
const CHANGE_MS = 10_000;
/** A temporary file that is older was left by a process that ended while it wrote. */
const LEFT_MS = 600_000;

/** Small records, a file each, written whole or not at all: what one window or one crash leaves, the next can read. */
export interface JsonFolder<T> {
  /** @param options.strict a file that is there and cannot be read is an error, and not left out */
  list(options?: { strict?: boolean }): Promise<T[]>;
  read(id: string): Promise<T | undefined>;
  write(id: string, record: T): Promise<void>;
  /**
   * Changes a record as its file has it now, and gives it back; one that is gone stays gone, and is undefined. Another
   * process's `update` or `remove` comes before or after it, never between.
   */
  update(id: string, change: (record: T) => T): Promise<T | undefined>;
  remove(id: string): Promise<void>;
  /** Removes the temporary files of processes that ended while they wrote. Never fails. */
  removeStaleFiles(): Promise<void>;
  /** Takes a lock that one caller at a time can have, in whatever process; undefined where it is not free in time. */
  lock(name: string, patienceMs: number): Promise<Release | undefined>;
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
  /** Alone with a record, among processes too. */
  const alone = <R>(id: string, work: () => Promise<R>): Promise<R> =>
    inTurn(async () => {
      const release = await takeLock(folder, file(id), CHANGE_MS);
      if (!release) throw new Error(`The record ${id} is being changed by another window.`);
      try {
        return await work();
      } finally {
        await release();
      }
    });
  async function read(id: string): Promise<T | undefined> {
    const stored = await readJson(file(id));
    return isRecord(stored) ? stored : undefined;
  }
  async function write(id: string, record: T): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeAtomically(file(id), JSON.stringify(record));
  }
  return {
    async list({ strict = false } = {}) {
      const names = await readdir(folder).catch(missing([]));
      const records = await Promise.all(
        names
          .filter((name) => name.endsWith(".json"))
          .map((name) => (strict ? readJson(join(folder, name)) : readJson(join(folder, name)).catch(() => undefined))),
      );
      return records.filter(isRecord);
    },
    read,
    write: (id, record) => inTurn(() => write(id, record)),
    update: (id, change) =>
      alone(id, async () => {
        const record = await read(id);
        if (record === undefined) return undefined;
        const next = change(record);
        if (JSON.stringify(next) !== JSON.stringify(record)) await write(id, next);
        return next;
      }),
    remove: (id) => alone(id, () => rm(file(id), { force: true })),
    async removeStaleFiles() {
      const names = await readdir(folder).catch(() => []);
      await Promise.all(names.filter((name) => name.endsWith(".tmp")).map((name) => removeIfLeft(join(folder, name))));
    },
    lock: (name, patienceMs) => takeLock(folder, name, patienceMs),
  };
}

async function removeIfLeft(path: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > LEFT_MS) await rm(path, { force: true });
  } catch {
    // Another window has removed it.
  }
}

/** Undefined where there is no file, or one that is not JSON: another version's, or somebody's own, and left where it is. */
async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch(missing(undefined));
  try {
    return text && JSON.parse(text);
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
