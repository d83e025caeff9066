import * as vscode from "vscode";
import type { Alert } from "../../openrouter/foresight/alerts/model.ts";
import { changeAlerts } from "../../openrouter/foresight/alerts/records.ts";
import { formatMoment } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { commandIds } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import { reportErrors } from "../platform/registerCommands.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { alertText, alertTitle } from "./alertTexts.ts";
import type { AlertServices } from "./services.ts";

/** Shows a notification for each alert; one for all limits, of which many may be spent at once. */
export function showAlerts(services: AlertServices, session: AccountSession, due: readonly Alert[]): void {
  const limits = due.filter(({ kind }) => kind === "budget");
  const single = due.filter(({ kind }) => kind !== "budget").map((alert) => [alert]);
  // Not awaited, because they end only when somebody responds.
  for (const group of [...single, ...(limits.length > 0 ? [limits] : [])])
    void reportErrors(services.log, commandIds.manageAlerts, () => show(services, session, group));
}

async function show(services: AlertServices, session: AccountSession, alerts: readonly Alert[]): Promise<void> {
  const t = vscode.l10n.t;
  const [open, snooze, never] = [t("Open Activity"), t("Snooze…"), t("Don't Show Again")];
  const answer = await vscode.window.showWarningMessage(alertText(session, alerts), open, snooze, never);
  if (answer === open) await vscode.commands.executeCommand(commandIds.openActivity, activityTarget(session, alerts));
  if (answer === snooze) await snoozeAlerts(services, session, alerts);
  if (answer === never) await muteAlerts(services, session, alerts);
}

/** What the activity is filtered by: the key or guardrail of the only limit. */
function activityTarget(session: AccountSession, [alert, ...others]: readonly Alert[]): object | undefined {
  if (alert?.kind !== "budget" || others.length > 0) return undefined;
  const { budget, key } = alert.about;
  const { source } = budget;
  if (source.kind === "workspace") return { session, workspaceId: key.workspace_id };
  if (source.kind === "guardrail" && source.per === "member") return { session, guardrail: source.from.guardrail };
  return { session, key };
}

async function snoozeAlerts(services: AlertServices, session: AccountSession, alerts: readonly Alert[]): Promise<void> {
  const t = vscode.l10n.t;
  const tomorrow = startOfTomorrow(new Date());
  const items = [
    { label: t("Until Tomorrow"), description: formatMoment(tomorrow, displayLocale()), value: tomorrow },
    { label: t("Until the Next Period"), description: periodText(alerts), value: undefined },
  ];
  const again = await pickOne(
    { title: t("Snooze Alert"), account: session },
    { items, placeholder: t("For how long?") },
  );
  if (again === BACK) return;
  await change(services, session, alerts, { again });
  const status =
    again === undefined ? t("$(bell-slash) Snoozed until the next period") : t("$(bell-slash) Snoozed until tomorrow");
  vscode.window.setStatusBarMessage(status, 5_000);
}

/** When the next period of all these alerts has begun. */
function periodText(alerts: readonly Alert[]): string {
  const t = vscode.l10n.t;
  const ends = alerts.map((alert) => alert.ends).sort();
  const last = ends.at(-1);
  if (alerts.some(({ kind }) => kind === "credits" || kind === "creditsEnd")) return t("until credits are bought");
  return last === undefined || ends.includes(undefined)
    ? t("until the limit changes")
    : t("until {0}", formatMoment(last, displayLocale()));
}

async function muteAlerts(services: AlertServices, session: AccountSession, alerts: readonly Alert[]): Promise<void> {
  await change(services, session, alerts, { muted: true });
  const t = vscode.l10n.t;
  vscode.window.setStatusBarMessage(
    t("$(bell-slash) Not shown again, unless you turn it on in “Set Up Alerts…”"),
    5_000,
  );
}

async function change(
  { store }: AlertServices,
  session: AccountSession,
  alerts: readonly Alert[],
  changed: Parameters<typeof changeAlerts>[2],
): Promise<void> {
  const shown = alerts.map((alert) => ({ ...alert, title: alertTitle(session, alert) }));
  await store.change(session.id, (before) => [changeAlerts(before, shown, changed), undefined]);
}

/** Returns the next midnight in the local time zone, ISO. */
function startOfTomorrow(now: Date): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).toISOString();
}
