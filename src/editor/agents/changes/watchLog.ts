import { watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import type { AgentChange } from "./agentChange.ts";
import type { ChangeLog } from "./changeLog.ts";

/** A record is several files that come and go. */
const SETTLE_MS = 200;

/**
 * Calls `told` with what other windows record from now on. Where that cannot be watched, nothing is told: the views follow
 * with their next refresh.
 * @param folder of the log
 */
export async function watchLog(
  folder: string,
  { list }: Pick<ChangeLog, "list">,
  told: (changes: AgentChange[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const since = new Date().toISOString();
  const known = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const changes = await list().catch(() => []);
    const others = changes.filter(({ id, at, pid }) => at >= since && pid !== process.pid && !known.has(id));
    for (const { id } of others) known.add(id);
    if (others.length > 0 && !signal.aborted) told(others);
  }

  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    watch(folder, { persistent: false, signal }, () => {
      clearTimeout(timer);
      timer = setTimeout(look, SETTLE_MS);
    }).on("error", () => {});
  } catch {
    // Not every disk can be watched.
  }
}
