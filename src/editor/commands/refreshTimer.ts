import type * as vscode from "vscode";
import type { Activity } from "../activity/activityPanel.ts";
import type { AccountData } from "../data/accountData.ts";
import { isDue } from "../data/isDue.ts";
import { refreshIntervalMs } from "../platform/settings.ts";
import type { ResourceView } from "../ui/resourceView.ts";

const TICK_MS = 10_000;

type Part = "credits" | "keys" | "guardrails" | "members";

/** Reads again what is in sight once it is older than the setting says; not before the API wants to be asked. */
export function startRefreshTimer(
  data: AccountData,
  views: Record<Part, ResourceView>,
  activity: Activity,
): vscode.Disposable {
  const parts = Object.keys(views) as Part[];
  const timer = setInterval(() => {
    const interval = refreshIntervalMs();
    if (interval === undefined) return;
    for (const part of parts)
      if (views[part].tree.visible && isDue(data[part], interval)) void data[part].load({ fresh: true });
    activity.refreshOlderThan(interval);
  }, TICK_MS);
  return { dispose: () => clearInterval(timer) };
}
