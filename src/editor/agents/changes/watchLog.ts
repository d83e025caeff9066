import { watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import type { AgentChange } from "./agentChange.ts";
import type { ChangeLog } from "./changeLog.ts";

/** Writing a record triggers several file events. */
const SETTLE_MS = 200;

/**
 * Calls `onChanges` with changes that other windows record from now on. If the folder can't be watched, the views only
 * update with their next refresh.
 * @param folder the log's folder
 */
export async function watchLog(
  folder: string,
  { list }: Pick<ChangeLog, "list">,
  onChanges: (changes: AgentChange[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const since = new Date().toISOString();
  const known = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  async function readNew(): Promise<void> {
    const changes = await list().catch(() => []);
    const others = changes.filter(({ id, at, pid }) => at >= since && pid !== process.pid && !known.has(id));
    for (const { id } of others) known.add(id);
    if (others.length > 0 && !signal.aborted) onChanges(others);
  }

  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    watch(folder, { persistent: false, signal }, () => {
      clearTimeout(timer);
      timer = setTimeout(readNew, SETTLE_MS);
    }).on("error", () => {});
  } catch {
    // Some file systems can't be watched.
  }
}
