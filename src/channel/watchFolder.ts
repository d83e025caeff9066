import { watch } from "node:fs";

/** Combines the several file changes of one write, or of a window that opens, switches its account or closes. */
const SETTLE_MS = 200;

/** Calls `changed` after files of the folder have changed. @throws Error if the folder can't be watched */
export function watchFolder(folder: string, changed: () => void, signal?: AbortSignal): void {
  let timer: NodeJS.Timeout | undefined;
  watch(folder, { persistent: false, signal }, () => {
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLE_MS);
  }).on("error", () => {}); // without the watcher, the next read still finds the changes
}
