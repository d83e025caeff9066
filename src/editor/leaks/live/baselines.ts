import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { BaselineProblem } from "../../../leaks/baseline.ts";
import { linePositions } from "../../rotation/files/linePositions.ts";
import { baselineProblemText } from "./baselineText.ts";
import { fileName } from "./texts.ts";

/** The name of the file, at the top of a workspace folder. */
const BASELINE_FILE = ".openrouter-leaks.json";

/** The false alarms of the workspace folders. */
export interface Baselines extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /**
   * True if the baseline of the folder that contains the file says so; for what is in no folder, that of any folder.
   * @param uri undefined for what is no file
   */
  isFalseAlarm(secret: string, uri?: vscode.Uri): boolean;
  /**
   * Adds a secret to the baseline of the file's folder, or of the first folder, and creates the file if there is none.
   * @throws Error if no folder is open, or if the file can't be changed
   */
  add(secret: string, uri: vscode.Uri | undefined, reason: string): Promise<AddedAlarm>;
}

export interface AddedAlarm {
  file: vscode.Uri;
  /** Restores the file, unless it was changed since. @returns false if it was */
  undo(): Promise<boolean>;
}

type Test = (secret: string) => boolean;

/** Loaded with the first baseline, since few folders have one. */
const format = () => import("../../../leaks/baseline.ts");
/** A larger file is not read, bytes: what `readBaseline` would refuse, in characters of three bytes. */
const MAX_BYTES = 1_500_000;
/** A file system that doesn't answer must not keep the checks from starting, ms. */
const MAX_WAIT_MS = 5_000;

/** Reads the baselines and follows their changes. Problems in one are shown at their place; it then hides nothing. */
export async function openBaselines(): Promise<Baselines> {
  const changed = new vscode.EventEmitter<void>();
  const problems = vscode.languages.createDiagnosticCollection("openrouter-admin-baseline");
  const tests = new Map<string, Test>();
  const watchers = new Map<string, vscode.Disposable>();
  const keyOf = ({ uri }: vscode.WorkspaceFolder) => uri.toString();

  /** How often each baseline was read. */
  const reads = new Map<string, number>();

  async function load(folder: vscode.WorkspaceFolder): Promise<void> {
    const file = baselineOf(folder);
    const own = (reads.get(keyOf(folder)) ?? 0) + 1;
    reads.set(keyOf(folder), own);
    const read = await readFile(file).catch(() => undefined);
    // It has changed, or the folder was closed meanwhile.
    if (reads.get(keyOf(folder)) !== own || !watchers.has(keyOf(folder))) return;
    problems.set(file, read?.problems && diagnostics(read.text, read.problems));
    if (read?.test) tests.set(keyOf(folder), read.test);
    else tests.delete(keyOf(folder));
    changed.fire();
  }

  function watch(folder: vscode.WorkspaceFolder): Promise<void> {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, BASELINE_FILE));
    const reload = () => void load(folder);
    watchers.set(
      keyOf(folder),
      vscode.Disposable.from(
        watcher,
        ...[watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete].map((on) => on(reload)),
      ),
    );
    return load(folder);
  }

  function forget(folder: vscode.WorkspaceFolder): void {
    watchers.get(keyOf(folder))?.dispose();
    watchers.delete(keyOf(folder));
    tests.delete(keyOf(folder));
    problems.delete(baselineOf(folder));
    changed.fire();
  }

  const listener = vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
    for (const folder of removed) forget(folder);
    for (const folder of added) void watch(folder);
  });
  const all = Promise.all((vscode.workspace.workspaceFolders ?? []).map(watch));
  await Promise.race([all, sleep(MAX_WAIT_MS, undefined, { ref: false })]);

  return {
    onDidChange: changed.event,
    isFalseAlarm(secret, uri) {
      const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
      const own = folder ? [tests.get(keyOf(folder))] : [...tests.values()];
      return own.some((test) => test?.(secret) ?? false);
    },
    async add(secret, uri, reason) {
      const folder = (uri && vscode.workspace.getWorkspaceFolder(uri)) ?? vscode.workspace.workspaceFolders?.[0];
      if (!folder)
        throw new Error(vscode.l10n.t("Open a folder first: its false alarms are kept in a file of the folder."));
      const file = baselineOf(folder);
      const before = await readForChange(file);
      const { addFalseAlarm } = await format();
      const after = addFalseAlarm(before, secret, { reason, date: new Date().toISOString().slice(0, 10) });
      await vscode.workspace.fs.writeFile(file, Buffer.from(after));
      await load(folder);
      return {
        file,
        async undo() {
          if ((await readText(file).catch(() => undefined)) !== after) return false;
          if (before === undefined) await vscode.workspace.fs.delete(file);
          else await vscode.workspace.fs.writeFile(file, Buffer.from(before));
          await load(folder);
          return true;
        },
      };
    },
    dispose() {
      listener.dispose();
      for (const watcher of watchers.values()) watcher.dispose();
      watchers.clear();
      problems.dispose();
      changed.dispose();
    },
  };
}

const baselineOf = ({ uri }: vscode.WorkspaceFolder) => vscode.Uri.joinPath(uri, BASELINE_FILE);

interface Read {
  text: string;
  problems?: readonly BaselineProblem[];
  test?: Test;
}

/** Reads a baseline; undefined if there is none. The file may come from anyone, such as with a repository that was cloned. */
async function readFile(file: vscode.Uri): Promise<Read | undefined> {
  const code = await vscode.workspace.fs.stat(file).then(unreadable, () => undefined);
  if (code) return { text: "", problems: [{ code, path: "", start: 0, end: 0 }] };
  const text = await readText(file);
  const { readBaseline, falseAlarmsOf } = await format();
  const read = readBaseline(text);
  return "problems" in read ? { text, problems: read.problems } : { text, test: falseAlarmsOf(read.baseline) };
}

/** A link to a device would be read without end, and a large file makes everything wait. */
function unreadable({ type, size }: vscode.FileStat): BaselineProblem["code"] | undefined {
  if ((type & vscode.FileType.File) === 0) return "notFile";
  return size > MAX_BYTES ? "tooLarge" : undefined;
}

/** Keeps a byte order mark. */
async function readText(file: vscode.Uri): Promise<string> {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await vscode.workspace.fs.readFile(file));
}

/** Returns the file's text; undefined if there is none. @throws Error if it must not be changed */
async function readForChange(file: vscode.Uri): Promise<string | undefined> {
  const t = vscode.l10n.t;
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
  if (open?.isDirty) throw new Error(t("{0} has unsaved changes. Save or revert it first.", fileName(file)));
  const stat = await vscode.workspace.fs.stat(file).then(
    (found) => found,
    () => undefined,
  );
  // Writing through a link could change a file outside the folder.
  if (stat && stat.type & vscode.FileType.SymbolicLink)
    throw new Error(t("{0} is a link and was not changed.", fileName(file)));
  if (!stat) return undefined;
  const invalid = () =>
    new Error(t("{0} is not valid and was not changed. The Problems view says why.", fileName(file)));
  if (unreadable(stat)) throw invalid();
  const text = await readText(file);
  const read = text.trim() === "" ? undefined : (await format()).readBaseline(text);
  if (read && "problems" in read) throw invalid();
  return text;
}

function diagnostics(text: string, problems: readonly BaselineProblem[]): vscode.Diagnostic[] {
  const offsets = [...new Set(problems.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const positions = linePositions(text, offsets).map(
    ({ line, lineStart }, i) => new vscode.Position(line - 1, offsets[i]! - lineStart),
  );
  const at = (offset: number) => positions[offsets.indexOf(offset)]!;
  return problems.map((problem) => {
    const range = new vscode.Range(at(problem.start), at(problem.end));
    const found = new vscode.Diagnostic(range, baselineProblemText(problem), vscode.DiagnosticSeverity.Error);
    found.source = SOURCE;
    found.code = "leak-baseline";
    return found;
  });
}

/** The source of our diagnostics. */
export const SOURCE = "OpenRouter Admin";
