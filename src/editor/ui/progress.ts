import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";

/** VS Code shows at most three notifications within 800 ms and drops the rest, which may matter more than progress. */
const DELAY_MS = 500;

/**
 * Runs `work`. Shows a cancellable progress notification if it takes longer than half a second.
 * @throws vscode.CancellationError when cancelled
 */
export async function runWithProgress<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const result = work(controller.signal);
  const isDone = result.then(
    () => true,
    () => true,
  );
  if (await Promise.race([isDone, sleep(DELAY_MS, false)])) return result;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (_progress, token) => {
    const listener = token.onCancellationRequested(() => controller.abort(new vscode.CancellationError()));
    try {
      return await result;
    } finally {
      listener.dispose();
    }
  });
}
