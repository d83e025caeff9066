import { dirname } from "node:path";
import * as vscode from "vscode";
import { commandIds } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import type { Wing } from "../platform/wing.ts";
import type { Diffs } from "../ui/diffs.ts";
import type { Installation } from "./launcher.ts";
import type { ClientServices } from "./services.ts";

/** Delays the check of the launcher until the views are drawn. */
const AFTER_START_MS = 3_000;

/** Sets up the MCP server in other clients, and keeps the launcher that they start up to date. */
export function createClientsWing(context: vscode.ExtensionContext, log: Log): Wing {
  const { extension, subscriptions } = context;
  let diffs: Promise<Diffs> | undefined;
  async function installation(): Promise<Installation> {
    const { entryFolder } = await import("../../channel/entries.ts");
    return {
      privateFolder: dirname(entryFolder()),
      extensionFolder: extension.extensionUri.fsPath,
      version: extension.packageJSON.version,
      runtime: process.execPath,
      platform: process.platform,
    };
  }
  async function services(): Promise<ClientServices> {
    diffs ??= import("../ui/diffs.ts").then(({ createDiffs }) => {
      const created = createDiffs("openrouter-client-config");
      subscriptions.push(created);
      return created;
    });
    const isRemote = vscode.env.remoteName !== undefined && extension.extensionKind === vscode.ExtensionKind.Workspace;
    return { installation: await installation(), isRemote, diffs: await diffs };
  }
  const renew = async () => {
    try {
      await (await import("./launcher.ts")).renewLauncher(await installation());
    } catch (error) {
      log.warn(`The launcher for other clients was not renewed: ${error}`);
    }
  };
  const timer = setTimeout(renew, AFTER_START_MS);
  return {
    commands: {
      [commandIds.setUpClient]: async () => (await import("./setUp.ts")).setUpClient(await services()),
    },
    disposables: [new vscode.Disposable(() => clearTimeout(timer))],
  };
}
