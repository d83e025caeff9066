import * as vscode from "vscode";
import { type AccountAlerts, isAccountAlerts, noAlerts } from "../../openrouter/foresight/alerts/records.ts";
import type { AlertStore } from "./alertStore.ts";

/** Stores the records in the browser's storage for this site. A browser has no lock that all windows share. */
export function createAlertStore(globalStorage: vscode.Uri): AlertStore {
  const { fs } = vscode.workspace;
  const folder = vscode.Uri.joinPath(globalStorage, "alerts");
  const file = (account: string) => vscode.Uri.joinPath(folder, `${encodeURIComponent(account)}.json`);
  let queue: Promise<unknown> = Promise.resolve();

  async function read(account: string): Promise<AccountAlerts> {
    try {
      const stored: unknown = JSON.parse(new TextDecoder().decode(await fs.readFile(file(account))));
      return isAccountAlerts(stored) ? stored : noAlerts;
    } catch (error) {
      const isMissing = error instanceof vscode.FileSystemError && error.code === "FileNotFound";
      if (isMissing || error instanceof SyntaxError) return noAlerts;
      throw error;
    }
  }

  return {
    read,
    change(account, change) {
      const done = queue.then(async () => {
        const before = await read(account);
        const [after, result] = change(before);
        if (after !== before) {
          await fs.createDirectory(folder);
          await fs.writeFile(file(account), new TextEncoder().encode(JSON.stringify(after)));
        }
        return result;
      });
      queue = done.catch(() => {});
      return done;
    },
  };
}
