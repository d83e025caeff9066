import type * as vscode from "vscode";
import type { AccountSessions } from "../data/accountData.ts";
import { commandIds } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { registerCommands } from "../platform/registerCommands.ts";
import type { Wing } from "../platform/wing.ts";
import { refreshAll, startRefreshTimer } from "./refresh.ts";

interface Services {
  sessions: AccountSessions;
  log: Log;
}

/** Registers the wings' commands and starts the refresh timer for their views. */
export function startWings({ sessions, log }: Services, wings: readonly Wing[]): vscode.Disposable[] {
  const views = wings.flatMap((wing) => wing.views ?? []);
  const own: Wing["commands"] = {
    [commandIds.openLog]: () => log.show(),
    [commandIds.refresh]: () => refreshAll(sessions, views),
  };
  return [
    ...wings.flatMap((wing) => wing.disposables ?? []),
    startRefreshTimer(sessions, views),
    registerCommands(log, Object.assign(own, ...wings.map((wing) => wing.commands))),
  ];
}
