import { watch } from "node:fs";
import { makeFolder } from "./entries.ts";

/** Combines the several file changes of a window that opens, switches its account or closes. */
const SETTLE_MS = 200;

/** Calls `changed` after windows have opened, closed or changed. @throws Error if the folder can't be watched */
export async function watchEntries(folder: string, changed: () => void): Promise<void> {
  await makeFolder(folder);
  let timer: NodeJS.Timeout | undefined;
  watch(folder, { persistent: false }, () => {
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLE_MS);
  }).on("error", () => {}); // without the watcher, the next call still reads the current entries
}
