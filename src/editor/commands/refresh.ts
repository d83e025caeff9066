import type { AccountSessions } from "../data/accountData.ts";
import { refreshIntervalMs } from "../platform/settings.ts";
import type { Refreshable, RefreshablePart } from "../platform/wing.ts";

const TICK_MS = 10_000;

/** The parts of these views, each once. */
function partsOf(views: readonly Refreshable[]): Set<RefreshablePart> {
  return new Set(views.flatMap((view) => view.parts()));
}

const isVisible = (views: readonly Refreshable[]) => views.filter((view) => view.isVisible());

/** What Refresh does: reads again what is in sight, and the credits, which the status bar shows. */
export async function refreshAll(sessions: AccountSessions, views: readonly Refreshable[]): Promise<void> {
  // What fails is shown where the figures stand.
  const session = await sessions.open().catch(() => undefined);
  const parts = partsOf(isVisible(views));
  if (session) parts.add(session.data.credits);
  await Promise.all([...parts].map((part) => part.refresh()));
}

/** Reads again what is in sight once it is older than the setting says; not before the API wants to be asked. */
export function startRefreshTimer(sessions: AccountSessions, views: readonly Refreshable[]): { dispose(): void } {
  let openedAt = Date.now();
  const timer = setInterval(() => {
    const interval = refreshIntervalMs();
    const seen = isVisible(views);
    if (interval === undefined || seen.length === 0) return;
    const parts = new Set(seen.flatMap((view) => view.timedParts()));
    for (const part of parts) if (part.isDue(interval)) void part.refresh();
    // An account that could not be opened has no parts yet.
    const isFailed = sessions.state === "error" || sessions.state === "offline";
    if (!isFailed || Date.now() - openedAt < interval) return;
    openedAt = Date.now();
    sessions.open().catch(() => {}); // shown by the views
  }, TICK_MS);
  return { dispose: () => clearInterval(timer) };
}
