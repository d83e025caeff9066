import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { BaselineProblem } from "../../../leaks/baseline.ts";
import { baselineProblemText } from "./baselineText.ts";
import { positionsIn } from "./positions.ts";
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
    const text = await readText(file).catch(() => undefined);
    const baseline = text === undefined ? undefined : await format();
    // It has changed, or the folder was closed meanwhile.
    if (reads.get(keyOf(folder)) !== own || !watchers.has(keyOf(folder))) return;
    const read = text === undefined ? undefined : baseline?.readBaseline(text);
    problems.set(
      file,
      read && "problems" in read ? read.problems.map((one) => diagnostic(text ?? "", one)) : undefined,
    );
    if (baseline && read && "baseline" in read) tests.set(keyOf(folder), baseline.falseAlarmsOf(read.baseline));
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
  const text = await readText(file);
  const read = text.trim() === "" ? undefined : (await format()).readBaseline(text);
  if (read && "problems" in read)
    throw new Error(t("{0} is not valid and was not changed. The Problems view says why.", fileName(file)));
  return text;
}

function diagnostic(text: string, problem: BaselineProblem): vscode.Diagnostic {
  const at = positionsIn(text);
  const found = new vscode.Diagnostic(
    new vscode.Range(at(problem.start), at(problem.end)),
    baselineProblemText(problem),
    vscode.DiagnosticSeverity.Error,
  );
  found.source = SOURCE;
  found.code = "leak-baseline";
  return found;
}

/** The source of our diagnostics. */
export const SOURCE = "OpenRouter Admin";
