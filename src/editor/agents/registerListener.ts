import * as vscode from "vscode";
import { settingIds } from "../platform/ids.ts";
import type { AgentListening } from "./listener.ts";
import type { AgentServices } from "./services.ts";

/** The views are drawn first: no server of this window can be there yet. */
const AFTER_START_MS = 200;

export interface Listener extends vscode.Disposable {
  /** Resolves once this window listens, which is tried again where it failed before. @throws what keeps it from listening */
  listening(): Promise<void>;
  /** Resolves once writes that are being sent are answered and recorded: the window waits for it before it ends. */
  settled(): Promise<void>;
}

/** Listens for MCP servers as long as the window is there, and keeps the word of it up to date. */
export function registerListener(
  { sessions, log }: Pick<AgentServices, "sessions" | "log">,
  services: () => Promise<AgentServices>,
): Listener {
  let isDisposed = false;
  let starting: Promise<AgentListening | undefined> | undefined;

  function start(): Promise<AgentListening | undefined> {
    starting ??= Promise.all([import("./listener.ts"), services()])
      .then(([{ startListening }, given]) => (isDisposed ? undefined : startListening(given)))
      .catch((error) => {
        starting = undefined;
        throw error;
      });
    return starting;
  }

  const report = (error: unknown) => log.error(`This window does not listen for MCP servers: ${error}`);
  const renew = async () => {
    await start()
      .then((one) => one?.updateEntry())
      .catch(report);
  };
  const timer = setTimeout(() => start().catch(report), AFTER_START_MS);
  const listeners = [
    sessions.onDidChange(renew),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      // The window that was last in front is asked first.
      if (focused) void renew();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.allowWriteTools)) void renew();
    }),
  ];
  return {
    async listening() {
      await start();
    },
    async settled() {
      const one = await starting?.catch(() => undefined);
      await one?.settled();
    },
    dispose() {
      isDisposed = true;
      clearTimeout(timer);
      vscode.Disposable.from(...listeners).dispose();
      starting?.then(
        (one) => one?.close(),
        () => {}, // it never listened
      );
    },
  };
}
