import * as vscode from "vscode";
import type { Listening } from "../../channel/listen.ts";
import { settingIds } from "../platform/ids.ts";
import type { AgentServices } from "./services.ts";

/** What the window's entry says depends on these settings. */
const ENTRY_SETTINGS = [settingIds.allowWriteTools, settingIds.baseUrl];

/** Listens for MCP servers as long as the window is there, and keeps the word of it up to date. */
export function registerListener(services: AgentServices): vscode.Disposable {
  const { sessions, log } = services;
  let isDisposed = false;
  // After the activation, which nobody is to wait for.
  const listening: Promise<Listening | undefined> = import("./listener.ts")
    .then(({ startListening }) => (isDisposed ? undefined : startListening(services)))
    .catch((error) => {
      log.error(error);
      return undefined;
    });
  const renew = async () => {
    await (await listening)?.renew();
  };
  const listeners = [
    sessions.onDidChange(renew),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      // The window that was last in front is asked first.
      if (focused) void renew();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (ENTRY_SETTINGS.some((setting) => event.affectsConfiguration(setting))) void renew();
    }),
  ];
  return {
    dispose() {
      isDisposed = true;
      vscode.Disposable.from(...listeners).dispose();
      void listening.then((one) => one?.close());
    },
  };
}
