import { type Dirent, existsSync, readdirSync, realpathSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";

/** What a walk finds besides the files. */
export interface WalkReport {
  /** Folders that can't be read. */
  unreadable: string[];
  /** Links to something outside of all folders. */
  links: number;
  /** Folders that have a `.git`, and repositories without a work tree. */
  repositories: Set<string>;
}

/** Folders and files of a repository's own folder that history holds as well, or that are no text. */
const gitInternals = new Set(["objects", "logs", "index", "COMMIT_EDITMSG"]);

/** Searched last, so that what people wrote themselves comes first. */
const dependencies = new Set(["node_modules", ".venv", "venv", "site-packages", "vendor", "target", "dist", "build"]);

/**
 * Lists all files of the folders in a stable order: ignored ones too, since that is where keys are. Links are not followed: what
 * they lead to within the folders is listed there.
 */
export function* walk(folders: readonly string[], report: WalkReport): Generator<string> {
  const roots = withoutNested(folders, report);
  const realRoots = roots.map(({ real }) => real);
  const later: string[] = [];
  for (const { path } of roots) {
    const pending = [path];
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop())
      yield* listFolder(folder, { pending, later, report, realRoots });
  }
  for (let folder = later.pop(); folder !== undefined; folder = later.pop())
    yield* listFolder(folder, { pending: later, later, report, realRoots });
}

interface Walk {
  pending: string[];
  later: string[];
  report: WalkReport;
  realRoots: readonly string[];
}

function* listFolder(folder: string, { pending, later, report, realRoots }: Walk): Generator<string> {
  const entries = readFolder(folder, report);
  const isGit = isGitFolder(entries);
  if (isGit) report.repositories.add(folder);
  const folders: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name === ".git") report.repositories.add(folder);
    if (isGit && gitInternals.has(entry.name)) continue;
    if (entry.isSymbolicLink()) report.links += leadsOutside(path, realRoots) ? 1 : 0;
    else if (entry.isDirectory()) (dependencies.has(entry.name) ? later : folders).push(path);
    else if (entry.isFile()) yield path;
  }
  pending.push(...folders.reverse());
}

function readFolder(folder: string, report: WalkReport): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    // It was deleted in the meantime.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") report.unreadable.push(folder);
    return [];
  }
}

/** True for `.git`, a submodule's folder within it, and a repository without a work tree. */
function isGitFolder(entries: readonly Dirent[]): boolean {
  const names = new Set(entries.map(({ name }) => name));
  return names.has("HEAD") && names.has("objects") && names.has("refs");
}

/** Returns each folder once, without those that another one contains. */
function withoutNested(folders: readonly string[], report: WalkReport): { path: string; real: string }[] {
  const roots = folders.flatMap((path) => {
    try {
      return [{ path, real: realpathSync(path) }];
    } catch {
      report.unreadable.push(path);
      return [];
    }
  });
  return roots.filter(
    ({ real }, i) => !roots.some((other, j) => isWithin(real, other.real) && (real !== other.real || j < i)),
  );
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function leadsOutside(link: string, realRoots: readonly string[]): boolean {
  try {
    const real = realpathSync(link);
    return !realRoots.some((root) => isWithin(real, root));
  } catch {
    return false; // leads nowhere
  }
}

/** Finds the folder at or above one that has a `.git`. */
export function repositoryAround(folder: string): string | undefined {
  for (let at = folder; ; at = join(at, "..")) {
    if (existsSync(join(at, ".git"))) return at;
    if (join(at, "..") === at) return undefined;
  }
}
