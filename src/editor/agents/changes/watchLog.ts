import { mkdir } from "node:fs/promises";
import { watchFolder } from "../../../channel/watchFolder.ts";
import type { AgentChange } from "./agentChange.ts";
import type { ChangeLog } from "./changeLog.ts";

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

  async function readNew(): Promise<void> {
    const changes = await list().catch(() => []);
    const others = changes.filter(({ id, at, pid }) => at >= since && pid !== process.pid && !known.has(id));
    for (const { id } of others) known.add(id);
    if (others.length > 0 && !signal.aborted) onChanges(others);
  }

  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    watchFolder(folder, readNew, signal);
  } catch {
    // Some file systems can't be watched.
  }
}
