import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { removeIfStale, writeAtomically } from "../../channel/writeAtomically.ts";
import { type Release, takeLock } from "./fileLock.ts";

/** Timeout for a record's lock; an update takes milliseconds. */
const LOCK_MS = 10_000;
/** Older temporary files were left by a process that ended while writing. */
const STALE_MS = 600_000;

/** Stores small records, one file each. Writes are atomic: a crash or another window leaves no partial file. */
export interface JsonFolder<T> {
  /** @param options.strict throws if a file can't be read, instead of skipping it */
  list(options?: { strict?: boolean }): Promise<T[]>;
  read(id: string): Promise<T | undefined>;
  write(id: string, record: T): Promise<void>;
  /**
   * Changes the stored record and returns it; undefined if the record doesn't exist. Atomic with respect to `update` and
   * `remove` of other processes.
   */
  update(id: string, change: (record: T) => T): Promise<T | undefined>;
  remove(id: string): Promise<void>;
  /** Removes temporary files of processes that ended while writing. Never fails. */
  removeStaleFiles(): Promise<void>;
  /** Takes an exclusive lock among all processes; undefined if it is not free in time. See `takeLock`. */
  lock(name: string, timeoutMs: number, pulse?: string): Promise<Release | undefined>;
}

/** @param id must be safe as a file name */
export function createJsonFolder<T>(folder: string, isRecord: (value: unknown) => value is T): JsonFolder<T> {
  const file = (id: string) => {
    if (!/^[\w-]+$/.test(id)) throw new Error(`${JSON.stringify(id)} cannot name a record.`);
    return join(folder, `${id}.json`);
  };
  // Writes run one after another, so that the last one wins.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  };
  /** Runs `work` while holding the record's lock. */
  const withLock = <R>(id: string, work: () => Promise<R>): Promise<R> =>
    inTurn(async () => {
      const release = await takeLock(folder, file(id), LOCK_MS);
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
      const names = await readdir(folder).catch(ifMissing([]));
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
      withLock(id, async () => {
        const record = await read(id);
        if (record === undefined) return undefined;
        const next = change(record);
        if (JSON.stringify(next) !== JSON.stringify(record)) await write(id, next);
        return next;
      }),
    remove: (id) => withLock(id, () => rm(file(id), { force: true })),
    async removeStaleFiles() {
      const names = await readdir(folder).catch(() => []);
      const temporary = names.filter((name) => name.endsWith(".tmp"));
      await Promise.all(temporary.map((name) => removeIfStale(join(folder, name), STALE_MS)));
    },
    lock: (name, timeoutMs, pulse) => takeLock(folder, name, timeoutMs, pulse),
  };
}

/** Returns undefined if the file doesn't exist or is not JSON. */
async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch(ifMissing(undefined));
  try {
    return text && JSON.parse(text);
  } catch {
    return undefined;
  }
}

function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return value;
    throw error;
  };
}
