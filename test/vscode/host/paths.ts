import { fileURLToPath } from "node:url";

/** Returns the absolute path of a file in the repository. */
export function inRepo(relative: string): string {
  return fileURLToPath(new URL(`../../../${relative}`, import.meta.url));
}

/** Stores downloads and builds between runs; ignored by git. */
export const CACHE_DIR = inRepo(".vscode-test");

/** The VSIX that `npm run package` makes. */
export const VSIX = inRepo("dist/openrouter-admin.vsix");
