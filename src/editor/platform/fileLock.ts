import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isBeating, isStillRunning } from "./processes.ts";

/** No lock is held this long: its process has ended and another process has the same id now. */
const MAX_AGE_MS = 3_600_000;
/** How often the holder of a lock touches its marker file. */
const TOUCH_MS = 5_000;
/** A marker that was not touched for this long is stale, even if a process with its id is running. */
const UNTOUCHED_MS = 120_000;
/** The same if its window seems to be gone: another extension may only have blocked the process for a while. */
const WINDOWLESS_MS = 30_000;
/** The marker is no longer touched if the window has not answered for this long. */
const UNANSWERED_MS = 6_000;

/** Releases a lock; never fails. */
export type Release = () => Promise<void>;

/** Paths of this process's markers. Others with its process id were left by an earlier process with the same id. */
const ownMarkers = new Set<string>();

/**
 * Takes an exclusive lock among all processes of this computer; undefined if it is not free within `timeoutMs`. If the
 * window of its holder seems to be gone, waits half a minute longer: it will be free by then.
 *
 * Each caller writes a marker, a file of its own, and holds the lock if no other live marker exists; otherwise it
 * removes its marker. Of two callers, at least the later one sees the other's marker. Marker names are never reused, so
 * that any process can remove a stale marker at any time.
 * @param pulse the pulse file of the window: the lock ends half a minute after the window, even if its process doesn't
 */
export async function takeLock(
  folder: string,
  name: string,
  timeoutMs: number,
  pulse = "",
): Promise<Release | undefined> {
  const prefix = createHash("sha256").update(name).digest("hex").slice(0, 32);
  const started = Date.now();
  await mkdir(folder, { recursive: true });
  for (;;) {
    // Use a new name for each attempt: another process may still be removing the last one.
    const marker = `${prefix}.${process.pid}.${Date.now()}.${randomUUID()}.lock`;
    const holders = await liveHolders(folder, prefix, marker);
    if (holders.length === 0) {
      const path = join(folder, marker);
      let touching: NodeJS.Timeout | undefined;
      const release = async () => {
        clearInterval(touching);
        // Before deleting the file: if that fails, the marker is already invalid.
        ownMarkers.delete(path);
        await rm(path, { force: true }).catch(() => {});
      };
      ownMarkers.add(path);
      try {
        await writeFile(path, pulse, { mode: 0o600 });
        // Sets the time by this computer's clock: the disk's clock may make the marker look stale.
        if ((await touch(path)) && (await liveHolders(folder, prefix, marker)).length === 0) {
          const isAnswering = () => pulse === "" || isBeating(pulse, UNANSWERED_MS);
          touching = setInterval(() => isAnswering() && touch(path), TOUCH_MS).unref();
          return release;
        }
      } catch (error) {
        await release();
        throw error;
      }
      await release();
    }
    const isEnding = holders.length > 0 && !holders.includes("open");
    if (Date.now() - started >= timeoutMs + (isEnding ? WINDOWLESS_MS : 0)) return undefined;
    // Random, so that two waiting callers don't stay in step.
    await sleep(5 + Math.random() * 45);
  }
}

/** The window of a lock's holder: open, or perhaps gone. */
type Holder = "open" | "perhapsGone";

/** Returns the other callers that have live markers. Removes stale markers. */
async function liveHolders(folder: string, prefix: string, own: string): Promise<Holder[]> {
  const markers = (await readdir(folder)).filter(
    (marker) => marker.startsWith(`${prefix}.`) && marker.endsWith(".lock") && marker !== own,
  );
  const holders = await Promise.all(
    markers.map(async (marker) => {
      const holder = await liveHolder(folder, marker);
      if (!holder) await rm(join(folder, marker), { force: true }).catch(() => {});
      return holder;
    }),
  );
  return holders.filter((holder) => holder !== undefined);
}

/** Returns undefined for a stale marker. */
async function liveHolder(folder: string, marker: string): Promise<Holder | undefined> {
  const [, pid, since] = marker.split(".").map(Number) as [number, number, number];
  if (!(Date.now() - since < MAX_AGE_MS)) return undefined;
  const path = join(folder, marker);
  if (pid === process.pid) return ownMarkers.has(path) ? "open" : undefined;
  if (!isStillRunning({ pid, since: new Date(since).toISOString() })) return undefined;
  if (await isWindowOpen(path)) return (await isUntouched(path, UNTOUCHED_MS)) ? undefined : "open";
  return (await isUntouched(path, WINDOWLESS_MS)) ? undefined : "perhapsGone";
}

/** False if the marker names the pulse file of a window that no longer answers. */
async function isWindowOpen(path: string): Promise<boolean> {
  const pulse = await readFile(path, "utf8").catch(() => "");
  return pulse === "" || isBeating(pulse);
}

/** A marker that can't be read counts as live, unless it no longer exists. */
async function isUntouched(path: string, ms: number): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > ms;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

/** Returns false if the marker no longer exists. One that can't be touched stays live for two more minutes. */
async function touch(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
  );
}
