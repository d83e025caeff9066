import { mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** How often an open window touches its file; see `isBeating`. */
const BEAT_MS = 3_000;
/** Older files were left by windows that crashed. */
const STALE_MS = 86_400_000;

/**
 * Creates the file and touches it as long as the window answers.
 * @param isAnswered settles once the window has answered; an answer that is an error doesn't count
 * @returns a function that ends that and removes the file
 */
export async function startBeating(
  path: string,
  isAnswered: () => PromiseLike<unknown>,
  beatMs = BEAT_MS,
): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true });
  await removeStaleFiles(dirname(path));
  await writeFile(path, "", { mode: 0o600 });
  let isWaiting = false;
  let isStopped = false;
  const beat = async () => {
    // A window that is gone doesn't answer, not even with an error.
    if (isWaiting) return;
    isWaiting = true;
    try {
      await isAnswered();
    } finally {
      isWaiting = false;
    }
    if (isStopped) return;
    const now = new Date();
    // Something may have removed the file, such as a cleaner of temporary files.
    await utimes(path, now, now).catch(() => writeFile(path, "", { mode: 0o600 }));
  };
  const ignore = () => {};
  const timer = setInterval(() => void beat().catch(ignore), beatMs).unref();
  // The file's time must be by this computer's clock, not by the disk's.
  await utimes(path, new Date(), new Date());
  return async () => {
    isStopped = true;
    clearInterval(timer);
    await rm(path, { force: true }).catch(ignore);
  };
}

async function removeStaleFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs = Date.now() } = await stat(path).catch(() => ({ mtimeMs: undefined }));
    if (Date.now() - mtimeMs > STALE_MS) await rm(path, { force: true }).catch(() => {});
  }
}
