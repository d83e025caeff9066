import * as vscode from "vscode";
import { settingIds } from "../platform/ids.ts";
import type { AgentListening } from "./listener.ts";
import type { AgentServices } from "./services.ts";

/** Delays listening until the views are drawn: no server of this window can be running earlier. */
const AFTER_START_MS = 200;

/** Settings that change which tools the servers offer. */
const OFFER_SETTINGS = [settingIds.allowWriteTools, settingIds.mcpTools];

export interface Listener extends vscode.Disposable {
  /** Resolves once this window listens; retries after an earlier failure. @throws Error if it can't listen */
  listening(): Promise<void>;
  /** Resolves once writes in progress are answered and recorded; the window waits for this before it closes. */
  settled(): Promise<void>;
}

/** Listens for MCP servers while the window is open, and keeps its entry file up to date. */
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
      // Servers ask the last focused window first.
      if (focused) void renew();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (OFFER_SETTINGS.some((setting) => event.affectsConfiguration(setting))) void renew();
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
        () => {}, // listening failed
      );
    },
  };
}
