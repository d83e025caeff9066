import { makeFolder } from "./entries.ts";
import { watchFolder } from "./watchFolder.ts";

/** Calls `changed` after windows have opened, closed or changed. @throws Error if the folder can't be watched */
export async function watchEntries(folder: string, changed: () => void): Promise<void> {
  await makeFolder(folder);
  watchFolder(folder, changed);
}
