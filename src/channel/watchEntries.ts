import { watch } from "node:fs";
import { makeFolder } from "./entries.ts";

/** A window that starts, switches its account or ends changes several files at once. */
const SETTLE_MS = 200;

/** Calls `changed` after windows have come, gone or changed. @throws where there is no folder to watch */
export async function watchEntries(folder: string, changed: () => void): Promise<void> {
  await makeFolder(folder);
  let timer: NodeJS.Timeout | undefined;
  watch(folder, { persistent: false }, () => {
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLE_MS);
  }).on("error", () => {}); // without the watch, the next call still sees what is there
}
