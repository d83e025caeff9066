import { uptime } from "node:os";
import { isRunning } from "../../channel/isRunning.ts";
import { getAccountId } from "../../openrouter/account/accountId.ts";
import { DAY_MS } from "../../openrouter/time.ts";

/** Until version 0.2, all sample accounts had this id. */
const SHARED_ID = "sample";
/** Process id, start in ms since the epoch, and a hash of the key. */
const PATTERN = /^sample-(\d+)-(\d+)-[0-9a-f]+$/;

/** The ids of this process's sample accounts, including those that were left. */
const own = new Set<string>();

/**
 * Creates the profile id of a sample account that this process has started. Unlike a real account, it ends with its process:
 * no other window may use what is stored under its id, and what it leaves is removed.
 */
export function createSampleId(key: string): string {
  const id = `sample-${process.pid}-${Date.now()}-${getAccountId(key)}`;
  own.add(id);
  return id;
}

export const isSampleId = (id: string): boolean => id === SHARED_ID || PATTERN.test(id);

/**
 * True if the id is a sample account's whose process has certainly ended, so that nobody can use its records any more.
 * @param record the record's own process and time, for the shared id of version 0.2
 */
export function isEndedSample(id: string | undefined, record: { pid?: number; since?: string } = {}): boolean {
  if (id === undefined || own.has(id)) return false;
  if (id === SHARED_ID) {
    const since = Date.parse(record.since ?? "");
    // A window of that version may still be open.
    return record.pid === undefined ? Date.now() - since > 7 * DAY_MS : hasEnded(record.pid, since);
  }
  const [, pid, since] = PATTERN.exec(id) ?? [];
  return pid !== undefined && hasEnded(Number(pid), Number(since));
}

function hasEnded(pid: number, since: number): boolean {
  // This process knows its own sample accounts: an earlier process had the same id.
  if (pid === process.pid || !isRunning(pid)) return true;
  // After a restart of the computer, another process may have the same id. A day allows for an adjusted clock.
  return since < Date.now() - uptime() * 1000 - DAY_MS;
}
