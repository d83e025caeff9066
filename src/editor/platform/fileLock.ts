import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "./processes.ts";

/** Nothing that is done under a lock takes so long: its process died, and another one has its id by now. */
const MAX_AGE_MS = 3_600_000;

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
      const release = async () => {
        // Before the file: should that stay, it counts no longer.
        ownMarks.delete(path);
        await rm(path, { force: true }).catch(() => {});
      };
      ownMarks.add(path);
      try {
        await writeFile(path, "", { mode: 0o600 });
        if (!(await isTaken(folder, prefix, mark))) return release;
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

/** Whether another caller's mark counts. Removes those that do not. */
async function isTaken(folder: string, prefix: string, own: string): Promise<boolean> {
  const marks = (await readdir(folder)).filter((mark) => mark.startsWith(`${prefix}.`) && mark.endsWith(".lock"));
  const others = marks.filter((mark) => mark !== own);
  const dead = others.filter((mark) => !isAlive(folder, mark));
  await Promise.all(dead.map((mark) => rm(join(folder, mark), { force: true }).catch(() => {})));
  return others.length > dead.length;
}

function isAlive(folder: string, mark: string): boolean {
  const [, pid, since] = mark.split(".").map(Number) as [number, number, number];
  if (!(Date.now() - since < MAX_AGE_MS)) return false;
  if (pid === process.pid) return ownMarks.has(join(folder, mark));
  return isRunning({ pid, since: new Date(since).toISOString() });
}
