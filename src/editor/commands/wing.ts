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

/** Puts the wings to work: registers their commands, and keeps what their views show up to date. */
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
