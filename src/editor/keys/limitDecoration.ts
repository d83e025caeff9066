import * as vscode from "vscode";
import type { LimitShare } from "../../openrouter/keys/limitShare.ts";

const SCHEME = "openrouter-admin-limit";

/** Returns the URI of a key's row, from which its decoration is drawn. */
export function limitUri(hash: string, { share, level }: LimitShare): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${hash}`, query: `${level}=${share}` });
}

/** Shows at the end of a key's row how much of its limit is spent, since descriptions are cut in narrow views. */
export function registerLimitDecoration(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    async provideFileDecoration(uri) {
      return uri.scheme === SCHEME ? (await import("./limitMark.ts")).limitDecoration(uri) : undefined;
    },
  });
}
