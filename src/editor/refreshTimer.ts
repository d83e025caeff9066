import type * as vscode from "vscode";
import type { AccountData } from "./data/accountData.ts";
import type { Resource } from "./data/resource.ts";
import { refreshIntervalMs } from "./settings.ts";
import type { ResourceView } from "./views/resourceView.ts";

const TICK_MS = 10_000;

type Part = "credits" | "keys" | "guardrails" | "members";

/** Reads again what is in sight once it is older than the setting says; not before the API wants to be asked. */
export function startRefreshTimer(data: AccountData, views: Record<Part, ResourceView>): vscode.Disposable {
  const parts = Object.keys(views) as Part[];
  const timer = setInterval(() => {
    const interval = refreshIntervalMs();
    if (interval === undefined) return;
    for (const part of parts)
      if (views[part].tree.visible && isDue(data[part], interval)) void data[part].load({ fresh: true });
  }, TICK_MS);
  return { dispose: () => clearInterval(timer) };
}

/** What failed is tried again after the same time. */
export function isDue(
  resource: Pick<Resource<unknown>, "current" | "failedAt" | "loading" | "notBefore">,
  interval: number,
  now: number = Date.now(),
): boolean {
  const { current, failedAt, loading, notBefore } = resource;
  if (loading || (notBefore && notBefore.getTime() > now)) return false;
  const last = Math.max(current?.readAt.getTime() ?? 0, failedAt?.getTime() ?? 0);
  return last > 0 && now - last >= interval;
}
