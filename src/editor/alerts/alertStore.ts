import { join } from "node:path";
import type * as vscode from "vscode";
import { type AccountAlerts, isAccountAlerts, noAlerts } from "../../openrouter/foresight/alerts/records.ts";
import { createJsonFolder } from "../platform/jsonFolder.ts";

/** How long to wait for other windows that are changing the records. */
const LOCK_MS = 10_000;

/** The records of alerts by account; all windows share them. */
export interface AlertStore {
  read(account: string): Promise<AccountAlerts>;
  /**
   * Changes an account's records; windows do so one after another.
   * @param change returns the records to store, and anything else to return
   */
  change<T>(account: string, change: (before: AccountAlerts) => readonly [AccountAlerts, T]): Promise<T>;
}

export function createAlertStore(globalStorage: Pick<vscode.Uri, "fsPath">): AlertStore {
  const folder = createJsonFolder(join(globalStorage.fsPath, "alerts"), isAccountAlerts);
  const read = async (account: string) => (await folder.read(account)) ?? noAlerts;
  return {
    read,
    async change(account, change) {
      const release = await folder.lock(account, LOCK_MS);
      if (!release) throw new Error("The records of alerts are being changed by another window.");
      try {
        const before = await read(account);
        const [after, result] = change(before);
        if (after !== before) await folder.write(account, after);
        return result;
      } finally {
        await release();
      }
    },
  };
}
