import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Finds a program in the folders of PATH. Windows would look into the folder first in which the program is started: in a
 * repository, it could be anybody's.
 * @returns undefined if there is none, or if the path is relative
 */
export function findProgram(program: string): string | undefined {
  if (isAbsolute(program)) return program;
  if (/[\\/]/.test(program)) return undefined;
  // In a worker, the names of variables are case-sensitive on Windows, too.
  const path = Object.entries(process.env).find(([name]) => name.toUpperCase() === "PATH")?.[1] ?? "";
  const file = process.platform === "win32" && !/\.exe$/i.test(program) ? `${program}.exe` : program;
  const folders = path.split(delimiter).map((folder) => folder.replace(/^"(.*)"$/, "$1"));
  return folders
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, file))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
