import * as vscode from "vscode";
import type { AccountSessions } from "../data/accountData.ts";
import { failedStates } from "../platform/ids.ts";
import { refreshIntervalMs } from "../platform/settings.ts";
import type { Refreshable, RefreshablePart } from "../platform/wing.ts";
import { dueParts } from "./dueParts.ts";

const TICK_MS = 10_000;

/** Collects the parts of these views without duplicates. */
function partsOf(views: readonly Refreshable[]): Set<RefreshablePart> {
  return new Set(views.flatMap((view) => view.parts()));
}

const visible = (views: readonly Refreshable[]) => views.filter((view) => view.isVisible());

/** Reloads the visible views. */
export async function refreshAll(sessions: AccountSessions, views: readonly Refreshable[]): Promise<void> {
  const since = Date.now();
  // Views show the error.
  await sessions.open().catch(() => undefined);
  await Promise.all([...partsOf(visible(views))].map((part) => part.refresh(since)));
}

/**
 * Reloads visible data that is older than the configured interval, but not before a rate limit ends. Pauses while the
 * window doesn't have the focus, and catches up when it gets it back.
 */
export function startRefreshTimer(sessions: AccountSessions, views: readonly Refreshable[]): vscode.Disposable {
  let openedAt = Date.now();

  function refreshDue(): void {
    const interval = refreshIntervalMs();
    const { focused } = vscode.window.state;
    const since = Date.now();
    for (const part of dueParts(views, { interval, focused })) void part.refresh(since);
    // If the account couldn't be opened, there are no parts yet: try to open it again.
    const isFailed = failedStates.some((state) => state === sessions.state);
    if (!isFailed || !focused || interval === undefined || since - openedAt < interval) return;
    if (visible(views).length === 0) return;
    openedAt = since;
    sessions.open().catch(() => {}); // views show the error
  }

  const timer = setInterval(refreshDue, TICK_MS);
  return vscode.Disposable.from(
    { dispose: () => clearInterval(timer) },
    vscode.window.onDidChangeWindowState(refreshDue),
  );
}
