import { type Dirent, existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";

/** What a walk finds besides the files. */
export interface WalkReport {
  /** Folders that can't be read. */
  unreadable: string[];
  /** Links to something outside of all folders. */
  links: number;
  /** Folders that have a `.git`, and repositories without a work tree. */
  repositories: Set<string>;
  /** Files and folders whose names are so long that they may contain a secret. */
  longNames: string[];
}

/** Folders and files of a repository's own folder that history holds, or that are no text. */
const gitInternals = new Set(["objects", "index"]);
/** Those that mostly repeat messages of commits. */
const repetitions = new Set(["logs", "COMMIT_EDITMSG"]);
/** A secret in a name has at least this many characters. */
const MIN_NAME = 64;

/** Searched last, so that what people wrote themselves comes first. */
const dependencies = new Set(["node_modules", ".venv", "venv", "site-packages", "vendor", "target", "dist", "build"]);

/** A file or a folder. */
interface Entry {
  path: string;
  /** True for what Git keeps about a repository, such as its settings: it is searched, but nobody would count it. */
  isInternal: boolean;
  /** True for what Git keeps of messages, such as those of a reflog: most are those of commits. */
  isRepetition: boolean;
}

/**
 * Lists all files of the folders in a stable order: ignored ones too, since that is where keys are. Links are not followed: what
 * they lead to within the folders is listed there.
 */
export function* walk(folders: readonly string[], report: WalkReport): Generator<Entry> {
  const roots = withoutNested(folders, report);
  const lists: Lists = { pending: [], later: [], realRoots: roots.map(({ real }) => real) };
  for (const { path } of roots) {
    lists.pending = [{ path, isInternal: false, isRepetition: false }];
    yield* listAll(lists, report);
  }
  lists.pending = lists.later;
  yield* listAll(lists, report);
}

interface Lists {
  pending: Entry[];
  later: Entry[];
  realRoots: readonly string[];
}

function* listAll(lists: Lists, report: WalkReport): Generator<Entry> {
  for (let folder = lists.pending.pop(); folder; folder = lists.pending.pop()) yield* listFolder(folder, lists, report);
}

function* listFolder(folder: Entry, { pending, later, realRoots }: Lists, report: WalkReport): Generator<Entry> {
  const entries = readFolder(folder.path, report);
  const isGit = isGitFolder(entries);
  const isInternal = folder.isInternal || isGit;
  if (isGit) report.repositories.add(folder.path);
  const folders: Entry[] = [];
  for (const entry of entries) {
    const path = join(folder.path, entry.name);
    if (entry.name === ".git") report.repositories.add(folder.path);
    if (isGit && gitInternals.has(entry.name)) continue;
    const isRepetition = folder.isRepetition || (isInternal && repetitions.has(entry.name));
    if (entry.name.length >= MIN_NAME && !isRepetition) report.longNames.push(path);
    if (entry.isSymbolicLink()) report.links += leadsOutside(path, realRoots) ? 1 : 0;
    else if (entry.isDirectory())
      (dependencies.has(entry.name) ? later : folders).push({ path, isInternal, isRepetition });
    else if (entry.isFile() && !(isInternal && entry.name.endsWith(".sample")))
      yield { path, isInternal, isRepetition };
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

/** Finds the repository that contains a folder, by the path that the folder is known by if that leads to it. */
export function repositoryAround(folder: string): string | undefined {
  const [known, real] = [folder, realPath(folder)].map((path) => path && ancestorWithGit(path));
  return known !== undefined && realPath(known) === real ? known : real;
}

function ancestorWithGit(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return undefined;
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
