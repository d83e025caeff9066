import * as vscode from "vscode";
import type { Alert } from "../../openrouter/foresight/alerts/model.ts";
import { type AccountAlerts, claimAlerts, claimReading } from "../../openrouter/foresight/alerts/records.ts";
import { justifiedAlerts } from "../../openrouter/foresight/alerts/rules.ts";
import { HOUR_MS } from "../../openrouter/time.ts";
import type { AccountSession } from "../data/accountData.ts";
import { followData } from "../data/followData.ts";
import { logError } from "../platform/logError.ts";
import { alertThresholds } from "../platform/settings.ts";
import { alertTitle } from "./alertTexts.ts";
import { createCompletedDays } from "./completedDays.ts";
import { alertFacts, alertParts, readAlertParts } from "./facts.ts";
import type { AlertServices } from "./services.ts";
import { showAlerts } from "./showAlerts.ts";

const TICK_MS = 60_000;
/** Figures of this age needn't be read again. */
const RECENT_MS = 60_000;
/** Windows without the focus read later, so that alerts appear where somebody is. */
const UNFOCUSED_MS = 1.1 * HOUR_MS;

/**
 * Judges the figures whenever they have been read, by whatever view, and has one window an hour read those that alerts
 * need. The sample account's invented figures alert nobody.
 */
export function watchAlerts(services: AlertServices): vscode.Disposable {
  const { sessions, log, store } = services;
  let judged: { session: AccountSession; stamp: string } | undefined;
  let isDisposed = false;
  const logIt = (error: unknown) => {
    if (!isDisposed) void logError(log, "Alerts", error);
  };
  const completedDays = createCompletedDays(logIt);

  async function judge(session: AccountSession): Promise<void> {
    const thresholds = alertThresholds();
    const stamp = JSON.stringify(
      alertParts(session.data, thresholds).map(({ current, error }) => [current?.readAt, !error]),
    );
    // Every load fires several events.
    if (judged?.session === session && judged.stamp === stamp) return;
    judged = { session, stamp };
    // Without them, other alerts are still judged.
    const completed = thresholds.dayAboveUsual === undefined ? undefined : await completedDays(session);
    const facts = alertFacts(session, completed);
    const justified = justifiedAlerts(facts, thresholds);
    if (justified.length === 0) return;
    const due = await store.change<readonly Alert[]>(session.id, (before) => {
      // What is claimed must be shown.
      if (isDisposed || session.signal.aborted) return [before, []];
      const { due, after } = claimAlerts(before, justified, (alert) => alertTitle(session, alert), facts.now);
      return [due.length > 0 ? after : before, due] as const;
    });
    showAlerts(services, session, due);
  }

  const judgeQuietly = (session: AccountSession | undefined) => {
    if (!session || session.source === "sample" || isDisposed) return;
    // The next reading is judged anyway.
    judge(session).catch(logIt);
  };

  /** Reads the figures, unless a window did so for the same alerts within the last hour. */
  async function readDue(): Promise<void> {
    const session = await sessions.open().catch(() => undefined);
    if (!session || session.source === "sample" || isDisposed) return;
    const thresholds = alertThresholds();
    const interval = vscode.window.state.focused ? HOUR_MS : UNFOCUSED_MS;
    const claim = (before: AccountAlerts) => claimReading(before, JSON.stringify(thresholds), new Date(), interval);
    if (!claim(await store.read(session.id))) return;
    const isOurs = await store.change(session.id, (before) => {
      const after = claim(before);
      return [after ?? before, after !== undefined] as const;
    });
    if (!isOurs) return;
    await readAlertParts(session.data, thresholds, RECENT_MS);
    judgeQuietly(session);
  }

  const readQuietly = () => void readDue().catch(logIt);
  const timer = setInterval(readQuietly, TICK_MS);
  readQuietly();
  judgeQuietly(sessions.current);
  const following = followData(sessions, ({ credits, keys, outlook }) => [credits, keys, outlook], judgeQuietly);
  return {
    dispose() {
      isDisposed = true;
      clearInterval(timer);
      following.dispose();
    },
  };
}
