import * as vscode from "vscode";

/** Runs `work` with a cancelable progress notification. @throws vscode.CancellationError when canceled */
export function runWithProgress<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return Promise.resolve(
    vscode.window.withProgress(options, async (_progress, token) => {
      const controller = new AbortController();
      const listener = token.onCancellationRequested(() => controller.abort(new vscode.CancellationError()));
      try {
        return await work(controller.signal);
      } finally {
        listener.dispose();
      }
    }),
  );
}
