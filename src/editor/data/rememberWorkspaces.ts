import type * as vscode from "vscode";
import type { Account } from "../account/account.ts";
import type { AccountSessions } from "./accountData.ts";
import { followData } from "./followData.ts";

/** Remembers the workspaces of a stored account from an earlier version: they tell later whether a new key is its own. */
export function rememberWorkspaces(sessions: AccountSessions, account: Account): vscode.Disposable {
  const remembered = new Set<string>();
  return followData(
    sessions,
    ({ keys }) => [keys],
    async (session) => {
      const { workspaces } = session?.data.keys.current?.value ?? {};
      if (session?.source !== "stored" || !workspaces?.length || remembered.has(session.keyId)) return;
      remembered.add(session.keyId);
      // Already loaded: it has read the workspaces.
      const { knownWorkspaces } = await import("../../openrouter/index.ts");
      const known = knownWorkspaces(session.client, workspaces);
      const choices = await account.choices().catch(() => undefined);
      const stored = choices?.own.find(({ choice }) => choice === session.id)?.profile;
      // Set Key asks the user if they are unknown.
      if (known && stored && stored.workspaces?.baseUrl !== known.baseUrl)
        await account.update(session.id, { workspaces: known }).catch(() => {});
    },
  );
}
