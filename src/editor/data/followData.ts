import * as vscode from "vscode";
import type { AccountData, AccountSession, AccountSessions } from "./accountData.ts";
import type { Resource } from "./resource.ts";

/**
 * Calls `changed` when one of these parts changes, and when another account comes into use.
 * @param parts selects the parts of the account's data
 */
export function followData(
  sessions: AccountSessions,
  parts: (data: AccountData) => readonly Resource<unknown>[],
  changed: (session: AccountSession | undefined) => void,
): vscode.Disposable {
  let followed: AccountSession | undefined;
  let listeners: vscode.Disposable[] = [];

  function stop(): void {
    vscode.Disposable.from(...listeners).dispose();
    listeners = [];
  }

  function follow(): void {
    const session = sessions.current;
    if (session === followed) return;
    stop();
    followed = session;
    listeners = session ? parts(session.data).map((part) => part.onDidChange(() => changed(session))) : [];
  }

  follow();
  const sessionListener = sessions.onDidChange(() => {
    follow();
    changed(sessions.current);
  });
  return {
    dispose() {
      sessionListener.dispose();
      stop();
    },
  };
}
