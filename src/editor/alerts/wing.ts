import * as vscode from "vscode";
import { commandIds } from "../platform/ids.ts";
import { alertThresholds } from "../platform/settings.ts";
import type { Wing } from "../platform/wing.ts";
import type { AlertServices } from "./services.ts";

/** Creates the wing that tells the user of spend. Its code is loaded once an alert is turned on. */
export function createAlertsWing(
  { globalStorageUri }: vscode.ExtensionContext,
  wanted: Omit<AlertServices, "store">,
): Wing {
  let services: AlertServices | undefined;
  let watching: vscode.Disposable | undefined;

  async function load(): Promise<AlertServices> {
    const { createAlertStore } = await import("./alertStore.ts");
    services ??= { ...wanted, store: createAlertStore(globalStorageUri) };
    return services;
  }

  async function follow(): Promise<void> {
    watching?.dispose();
    watching = undefined;
    if (!isAnyOn()) return;
    const [{ watchAlerts }, loaded] = await Promise.all([import("./watch.ts"), load()]);
    // The settings may have changed meanwhile.
    if (isAnyOn()) watching ??= watchAlerts(loaded);
  }

  void follow();
  return {
    commands: {
      [commandIds.manageAlerts]: async () => (await import("./manageAlerts.ts")).manageAlerts(await load()),
    },
    disposables: [
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("openrouterAdmin.alerts")) void follow();
      }),
      { dispose: () => watching?.dispose() },
    ],
  };
}

const isAnyOn = () => Object.values(alertThresholds()).some((threshold) => threshold !== undefined);
