import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Returns the absolute path of a file in the repository. */
export function inRepo(relative: string): string {
  return fileURLToPath(new URL(`../../../${relative}`, import.meta.url));
}

/** The extension's id: publisher and name. */
export const EXTENSION_ID = "openrouter-admin.openrouter-admin";

/** Returns the folder in which the extension keeps its files in an editor with this user data folder. */
export function globalStorage({ dataDir }: { dataDir: string }): string {
  return join(dataDir, "User", "globalStorage", EXTENSION_ID);
}

/** Stores downloads and builds between runs; ignored by git. */
export const CACHE_DIR = inRepo(".vscode-test");

/** The VSIX that `npm run package` makes. */
export const VSIX = inRepo("dist/openrouter-admin.vsix");
