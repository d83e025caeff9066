import * as vscode from "vscode";
import { settingIds } from "../../platform/ids.ts";
import { POLICY_FILE, type PolicyState } from "./policyState.ts";
import { readPolicy } from "./readPolicy.ts";

/** The policy in use; reads it again when its file, the setting or the workspace's folders change. */
export interface PolicySource extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  current(): Promise<PolicyState>;
}

/** Watches only the folders' own policy files. Reports a problem of a file as a diagnostic in it. */
export function createPolicySource(): PolicySource {
  const changed = new vscode.EventEmitter<void>();
  const diagnostics = vscode.languages.createDiagnosticCollection("openrouterAdmin.policy");
  let watchers: vscode.Disposable[] = [];
  let reading: Promise<PolicyState> | undefined;

  function current(): Promise<PolicyState> {
    if (reading) return reading;
    const own: Promise<PolicyState> = readPolicy().then((read) => {
      // Changed meanwhile.
      if (reading !== own) return current();
      diagnostics.clear();
      const { problem, range } = read;
      if (problem?.origin.kind === "file") {
        const diagnostic = new vscode.Diagnostic(range ?? new vscode.Range(0, 0, 0, 1), problem.text);
        diagnostic.source = "OpenRouter Admin";
        diagnostics.set(problem.origin.uri, [diagnostic]);
      }
      return read;
    });
    reading = own;
    return own;
  }

  function invalidate(): void {
    reading = undefined;
    changed.fire();
  }

  function watchFolders(): void {
    vscode.Disposable.from(...watchers).dispose();
    watchers = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => {
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, POLICY_FILE));
      const events = [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete];
      return [watcher, ...events.map((event) => event(invalidate))];
    });
  }

  watchFolders();
  const listeners = [
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      watchFolders();
      invalidate();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.safetyPolicy)) invalidate();
    }),
    // Some file systems don't report changes.
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.path.endsWith(`/${POLICY_FILE}`)) invalidate();
    }),
  ];

  return {
    onDidChange: changed.event,
    current,
    dispose() {
      vscode.Disposable.from(changed, diagnostics, ...listeners, ...watchers).dispose();
    },
  };
}
