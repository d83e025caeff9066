import * as vscode from "vscode";
import type { AlertRecord } from "../../openrouter/foresight/alerts/records.ts";
import { forgetAlerts, snoozedUntil } from "../../openrouter/foresight/alerts/records.ts";
import { formatCount, formatLimit, formatMoment } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { settingIds } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import { alertThresholds } from "../platform/settings.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import type { AlertServices } from "./services.ts";

/** A setting to open, or the id of an alert to show again. */
type Choice = { setting: string } | { id: string };

/** Lists the alerts with their thresholds, and those that are snoozed or turned off. */
export async function manageAlerts({ sessions, store }: AlertServices): Promise<void> {
  const t = vscode.l10n.t;
  const session = await sessions.for();
  const { alerts } = await store.read(session.id);
  const held = Object.entries(alerts).filter(([, record]) => isHeld(record));
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, value: { setting: "" } });
  const items: PickItem<Choice>[] = [
    ...thresholdItems(),
    ...(held.length > 0 ? [separator(t("Snoozed and turned off: select one to show it again"))] : []),
    ...held.map(([id, record]) => ({ label: record.title, description: heldText(record), value: { id } })),
  ];
  const choice = await pickOne({ title: t("Alerts"), account: session }, { items, placeholder: placeholder(session) });
  if (choice === BACK) return;
  if ("setting" in choice) await vscode.commands.executeCommand("workbench.action.openSettings", choice.setting);
  else await store.change(session.id, (before) => [forgetAlerts(before, [choice.id]), undefined]);
}

function placeholder({ source }: AccountSession): string {
  return source === "sample"
    ? vscode.l10n.t("Alerts are about your own accounts, never about the sample account")
    : vscode.l10n.t("Select an alert to change its setting");
}

function thresholdItems(): PickItem<Choice>[] {
  const t = vscode.l10n.t;
  const locale = displayLocale();
  const on = alertThresholds();
  const usd = (value: number) => formatLimit(value, locale);
  const item = (label: string, setting: string, value: number | undefined, text: (value: number) => string) => ({
    label,
    description: value === undefined ? t("off") : text(value),
    value: { setting },
  });
  const percent = (value: number) => `${formatCount(value, locale)}%`;
  return [
    item(t("Credits below an amount"), settingIds.alertsCreditsBelow, on.creditsBelow, usd),
    item(t("End of the credits"), settingIds.alertsCreditsDays, on.creditsDays, (days) =>
      t("within {0} days", formatCount(days, locale)),
    ),
    item(t("Limits and budgets"), settingIds.alertsBudgetPercent, on.budgetPercent, percent),
    item(t("Spend of a day above the usual"), settingIds.alertsDayAboveUsual, on.dayAboveUsual, usd),
    item(t("Spend of a month"), settingIds.alertsMonthAbove, on.monthAbove, usd),
  ];
}

const isHeld = (record: AlertRecord) => record.muted === true || snoozedUntil(record, new Date()) !== undefined;

function heldText(record: AlertRecord): string {
  const t = vscode.l10n.t;
  const again = record.muted ? undefined : snoozedUntil(record, new Date());
  return again === undefined ? t("turned off") : t("snoozed until {0}", formatMoment(again, displayLocale()));
}
