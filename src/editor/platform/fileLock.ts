import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "./processes.ts";

/** Nothing that is done under a lock takes so long: its process died, and another one has its id by now. */
const MAX_AGE_MS = 3_600_000;
/** While it has the lock, its holder touches its mark this often. */
const TOUCH_MS = 20_000;
/** A mark that was not touched for so long is not its holder's any more, whatever process has its id. */
const UNTOUCHED_MS = 120_000;

/** Releases a lock; never fails. */
export type Release = () => Promise<void>;

/** The marks of this process, by path: one of its id that is not here was left by another that had the same id. */
const ownMarks = new Set<string>();

/**
 * Takes a lock that one caller at a time can have, in this process or another of this computer; undefined where it is
 * not free within `patienceMs`.
 *
 * Each caller puts down a mark, an empty file of its own, and has the lock if then no other mark of a running process is
 * there; else it takes its mark back. Of two callers at least the later one sees the other's. No mark is used twice,
 * so that one whose process died can be removed by anybody at any time.
 */
export async function takeLock(folder: string, name: string, patienceMs: number): Promise<Release | undefined> {
  const prefix = createHash("sha256").update(name).digest("hex").slice(0, 32);
  const deadline = Date.now() + patienceMs;
  await mkdir(folder, { recursive: true });
  for (;;) {
    // A new one for each try: somebody may still be removing the last one.
    const mark = `${prefix}.${process.pid}.${Date.now()}.${randomUUID()}.lock`;
    if (!(await isTaken(folder, prefix, mark))) {
      const path = join(folder, mark);
      let touching: NodeJS.Timeout | undefined;
      const release = async () => {
        clearInterval(touching);
        // Before the file: should that stay, it counts no longer.
        ownMarks.delete(path);
        await rm(path, { force: true }).catch(() => {});
      };
      ownMarks.add(path);
      try {
        await writeFile(path, "", { mode: 0o600 });
        // By this computer's clock, whatever the disk's says. By that, another may have taken it for an old one.
        if ((await touch(path)) && !(await isTaken(folder, prefix, mark))) {
          touching = setInterval(() => touch(path), TOUCH_MS).unref();
          return release;
        }
      } catch (error) {
        await release();
        throw error;
      }
      await release();
    }
    if (Date.now() >= deadline) return undefined;
    // Not in step with another that waits, too.
    await sleep(5 + Math.random() * 45);
  }
}

/** True if another caller's mark counts. Removes those that do not. */
async function isTaken(folder: string, prefix: string, own: string): Promise<boolean> {
  const marks = (await readdir(folder)).filter((mark) => mark.startsWith(`${prefix}.`) && mark.endsWith(".lock"));
  const alive = await Promise.all(
    marks.map(async (mark) => {
      if (mark === own) return false;
      if (await isAlive(folder, mark)) return true;
      await rm(join(folder, mark), { force: true }).catch(() => {});
      return false;
    }),
  );
  return alive.includes(true);
}

async function isAlive(folder: string, mark: string): Promise<boolean> {
  const [, pid, since] = mark.split(".").map(Number) as [number, number, number];
  if (!(Date.now() - since < MAX_AGE_MS)) return false;
  const path = join(folder, mark);
  if (pid === process.pid) return ownMarks.has(path);
  if (!isRunning({ pid, since: new Date(since).toISOString() })) return false;
  return !(await isUntouched(path));
}

/** A mark that cannot be looked at counts, unless it was released meanwhile. */
async function isUntouched(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > UNTOUCHED_MS;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

/** False where the mark is gone. One that cannot be touched counts two minutes more. */
async function touch(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
  );
}
