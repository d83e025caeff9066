import * as vscode from "vscode";
import type { Client } from "../openrouter/index.ts";
import type { Account } from "./account/account.ts";
import type { Connection } from "./account/connection.ts";
import type { Activity } from "./activity/activityPanel.ts";
import type { AccountData } from "./data/accountData.ts";
import type { KeysView } from "./keys/keysView.ts";
import type { Log } from "./platform/log.ts";
import type { Rotations } from "./rotation/registry.ts";
import type { HeldSecrets } from "./secrets/heldSecrets.ts";
import type { ResourceView } from "./ui/resourceView.ts";

/** What commands work with. */
export interface App {
  context: vscode.ExtensionContext;
  version: string;
  log: Log;
  account: Account;
  connection: Connection;
  data: AccountData;
  held: HeldSecrets;
  rotations: Rotations;
  activity: Activity;
  views: { credits: ResourceView; keys: KeysView; guardrails: ResourceView; members: ResourceView };
}

/** The client of the account in use. @throws Error with what to do when signed out */
export async function clientOf({ connection }: App): Promise<Client> {
  const open = await connection.open();
  if (open) return open.client;
  throw new Error(
    vscode.l10n.t("There is no account yet. Run “OpenRouter Admin: Set Key”, or explore with a sample account."),
  );
}

/** @throws Error when another account is in use than when the questions began: what they asked was meant for that one */
export async function requireSameAccount(app: App, client: Client): Promise<void> {
  if (await isSameAccount(app, client)) return;
  throw new Error(vscode.l10n.t("The account was changed meanwhile. Nothing was sent; begin again."));
}

/** Whether the lists are still those of the client's account: what it answered belongs into no other's. */
export async function isSameAccount({ connection }: App, client: Client): Promise<boolean> {
  return (await connection.open())?.client === client;
}

/** Shows that something is under way and lets the person cancel it. */
export function working<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
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
