import * as vscode from "vscode";

// The parts that we use of the API of VS Code's Git extension, version 1.

export interface GitApi {
  readonly git: { readonly path: string };
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
  readonly onDidCloseRepository: vscode.Event<GitRepository>;
}

export interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly indexChanges: readonly { readonly uri: vscode.Uri }[];
    readonly onDidChange: vscode.Event<void>;
  };
  /** Unstages files, by their paths. */
  revert(paths: string[]): Promise<void>;
}

interface GitExtension {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: vscode.Event<boolean>;
  getAPI(version: 1): GitApi;
}

/** Calls `use` when the Git extension is available; disposes of what it returned when it no longer is. */
export function withGit(use: (git: GitApi) => vscode.Disposable): vscode.Disposable {
  let isDisposed = false;
  let exported: GitExtension | undefined;
  let used: vscode.Disposable | undefined;
  const listeners: vscode.Disposable[] = [];

  function update(): void {
    used?.dispose();
    used = exported?.enabled && !isDisposed ? use(exported.getAPI(1)) : undefined;
  }

  async function find(): Promise<void> {
    if (exported) return;
    const found = await vscode.extensions.getExtension<GitExtension>("vscode.git")?.activate();
    if (!found || exported || isDisposed) return;
    exported = found;
    listeners.push(found.onDidChangeEnablement(update));
    update();
  }

  // In a workspace that isn't trusted, it comes with the trust. If it fails to start, there is nothing to check.
  const tryToFind = () => void find().catch(() => {});
  listeners.push(vscode.extensions.onDidChange(tryToFind));
  tryToFind();
  return {
    dispose() {
      isDisposed = true;
      used?.dispose();
      for (const listener of listeners) listener.dispose();
    },
  };
}
