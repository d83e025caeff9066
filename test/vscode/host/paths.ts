import { fileURLToPath } from "node:url";

/** An absolute path inside the repository. */
export function inRepo(relative: string): string {
  return fileURLToPath(new URL(`../../../${relative}`, import.meta.url));
}

/** What is fetched or built once and kept between runs; git ignores it. */
export const CACHE_DIR = inRepo(".vscode-test");

/** The VSIX that `npm run package` makes. */
export const VSIX = inRepo("dist/openrouter-admin.vsix");
