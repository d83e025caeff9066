import { basename, dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { searchFile } from "./files/searchFile.ts";
import { repositoryAround, type WalkReport, walk } from "./files/walk.ts";
import { searchHistories } from "./git/history.ts";
import type { SweepControl, SweepOptions, SweepResult } from "./model.ts";
import { addPlace, addProblem, emptyFindings, type Findings } from "./places.ts";
import { searchText } from "./text/searchText.ts";

const DEFAULT_MAX_BYTES = 100 * 1024 * 1024;
/** How often others on this thread get their turn, in milliseconds. */
const YIELD_INTERVAL = 50;

/** The sweep was stopped. */
class StoppedError extends Error {}

/**
 * Searches texts, folders and the repositories in and around them for secrets. Blocks its thread: call it in a worker.
 * A sweep that is stopped returns what it has found.
 */
export async function sweepFolders(options: SweepOptions, control: SweepControl): Promise<SweepResult> {
  const findings = emptyFindings(control.onPlace);
  const stop = new AbortController();
  const timer = setInterval(() => control.isCancelled() && stop.abort(new StoppedError()), YIELD_INTERVAL);
  const pace = createPace(control);
  let isComplete = true;
  try {
    await sweep(options, { findings, control, pace, signal: stop.signal });
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    isComplete = false;
  } finally {
    clearInterval(timer);
  }
  const { secrets, searched, skipped, problems } = findings;
  return { secrets: [...secrets.values()], searched, skipped, problems, isComplete };
}

interface Sweep {
  findings: Findings;
  control: SweepControl;
  pace: () => Promise<void> | undefined;
  signal: AbortSignal;
}

async function sweep(options: SweepOptions, { findings, control, pace, signal }: Sweep): Promise<void> {
  for (const { uri, text } of options.texts ?? []) {
    await pace();
    for (const one of searchText(text)) addPlace(findings, one, { kind: "unsaved", uri });
  }
  const report: WalkReport = { unreadable: [], links: 0, repositories: new Set(), longNames: [] };
  const repetitions = await searchFolders(options, report, { findings, control, pace, signal });
  if (options.history) await searchRepositories(options, report, { findings, control, pace, signal });
  for (const path of repetitions) {
    await pace();
    const found = searchFile(path, options.maxFileBytes ?? DEFAULT_MAX_BYTES);
    const news = typeof found === "string" ? [] : found.filter(({ secret }) => !findings.secrets.has(secret));
    for (const one of news) addPlace(findings, one, { kind: "file", path });
  }
}

async function searchRepositories(
  options: SweepOptions,
  report: WalkReport,
  { findings, control, signal }: Sweep,
): Promise<void> {
  for (const folder of options.folders) {
    const around = repositoryAround(folder);
    if (around) report.repositories.add(around);
    else if (!hasRepository(folder, report)) addProblem(findings, `no-repository:${folder}`);
  }
  await searchHistories(findings, {
    git: { program: options.git ?? "git", signal },
    folders: inOrder(report.repositories),
    maxBytes: options.maxFileBytes ?? DEFAULT_MAX_BYTES,
    onProgress: (done, total) => control.onProgress({ phase: "history", done, total }),
  });
}

/** Returns the files that mostly repeat what history holds: only what is found nowhere else is worth a place. */
async function searchFolders(
  options: SweepOptions,
  report: WalkReport,
  { findings, control, pace }: Sweep,
): Promise<string[]> {
  const { searched, skipped } = findings;
  const files: { path: string; isInternal: boolean }[] = [];
  const repetitions: string[] = [];
  for (const file of walk(options.folders, report)) {
    if (file.isRepetition) repetitions.push(file.path);
    else files.push(file);
    await pace();
  }
  for (const path of report.longNames)
    for (const one of searchText(basename(path))) addPlace(findings, one, { kind: "name", path });
  for (const folder of report.unreadable) addProblem(findings, `unreadable-folder:${folder}`);
  skipped.links = report.links;
  for (const [i, { path, isInternal }] of files.entries()) {
    await pace();
    const found = searchFile(path, options.maxFileBytes ?? DEFAULT_MAX_BYTES);
    if (typeof found !== "string") {
      if (!isInternal) searched.files++;
      for (const one of found) addPlace(findings, one, { kind: "file", path });
    } else if (found !== "gone" && !isInternal) skipped[found]++;
    control.onProgress({ phase: "files", done: i + 1, total: files.length });
  }
  return repetitions;
}

function hasRepository(folder: string, { repositories }: WalkReport): boolean {
  return [...repositories].some((repository) => {
    for (let at = repository; ; at = dirname(at)) {
      if (at === folder) return true;
      if (dirname(at) === at) return false;
    }
  });
}

/** Returns work trees, and then what is no `.git` of one of them: a repository is named by its work tree. */
function inOrder(folders: ReadonlySet<string>): string[] {
  const isInternal = (folder: string) => /(^|[\\/])\.git([\\/]|$)/.test(folder);
  return [...folders]
    .filter((folder) => basename(folder) !== ".git" || !folders.has(dirname(folder)))
    .sort((a, b) => Number(isInternal(a)) - Number(isInternal(b)));
}

/** Returns a function that throws if the sweep was stopped, and now and then lets others run. */
function createPace(control: SweepControl): Sweep["pace"] {
  let last = performance.now();
  return () => {
    if (control.isCancelled()) throw new StoppedError();
    if (performance.now() - last < YIELD_INTERVAL) return undefined;
    return setImmediate().then(() => {
      last = performance.now();
    });
  };
}
