import type { AccountSessions } from "../data/accountData.ts";
import { failedStates } from "../platform/ids.ts";
import { refreshIntervalMs } from "../platform/settings.ts";
import type { Refreshable, RefreshablePart } from "../platform/wing.ts";

const TICK_MS = 10_000;

/** Collects the parts of these views without duplicates. */
function partsOf(views: readonly Refreshable[]): Set<RefreshablePart> {
  return new Set(views.flatMap((view) => view.parts()));
}

const visible = (views: readonly Refreshable[]) => views.filter((view) => view.isVisible());

/** Reloads the visible views, and the credits for the status bar. */
export async function refreshAll(sessions: AccountSessions, views: readonly Refreshable[]): Promise<void> {
  // Views show the error.
  const session = await sessions.open().catch(() => undefined);
  const parts = partsOf(visible(views));
  if (session) parts.add(session.data.credits);
  await Promise.all([...parts].map((part) => part.refresh()));
}

/** Reloads visible data that is older than the configured interval, but not before a rate limit ends. */
export function startRefreshTimer(sessions: AccountSessions, views: readonly Refreshable[]): { dispose(): void } {
  let openedAt = Date.now();
  const timer = setInterval(() => {
    const interval = refreshIntervalMs();
    const shown = visible(views);
    if (interval === undefined || shown.length === 0) return;
    const parts = new Set(shown.flatMap((view) => view.timedParts()));
    for (const part of parts) if (part.isDue(interval)) void part.refresh();
    // If the account couldn't be opened, there are no parts yet: try to open it again.
    const isFailed = failedStates.some((state) => state === sessions.state);
    if (!isFailed || Date.now() - openedAt < interval) return;
    openedAt = Date.now();
    sessions.open().catch(() => {}); // views show the error
  }, TICK_MS);
  return { dispose: () => clearInterval(timer) };
}
