import * as vscode from "vscode";
import { OpenRouterError, type Today, trim } from "../../openrouter/index.ts";
import { clock, count, exactMoney, money } from "../format.ts";
import type { Figures } from "./figures.ts";

const t = vscode.l10n.t;
const locale = vscode.env.language;

/** The rows of the Credits view: rounded figures to read, exact ones in the tooltips. */
export function creditRows({ purchased, used, today, readAt }: Figures): vscode.TreeItem[] {
  const remaining = trim(purchased - used);
  return [
    moneyRow(t("Remaining"), remaining, "credit-card", t("Purchased less used.")),
    moneyRow(t("Purchased"), purchased, "add", t("All credits ever bought or granted.")),
    moneyRow(t("Used"), used, "graph", t("All that was ever spent.")),
    today instanceof OpenRouterError ? unavailableToday(today) : todayRow(today),
    row(t("Read at"), clock(readAt, locale), "clock", readAt.toLocaleString(locale, { timeZoneName: "short" })),
  ];
}

function todayRow(today: Today): vscode.TreeItem {
  const analytics = today.source === "analytics";
  const source = analytics ? t("analytics") : t("key counters");
  const notes = [
    t("Spent since midnight UTC on {0}.", today.date),
    analytics
      ? t("Source: OpenRouter's analytics.")
      : t("Source: the daily counters of the keys; deleted keys are not in it."),
    today.includesByok
      ? t("Includes spend on your own provider keys (BYOK).")
      : t("Without spend on your own provider keys (BYOK)."),
    ...(today.requests === undefined ? [] : [t("Requests: {0}", count(today.requests, locale))]),
    ...(today.note ? [t("Note: {0}", today.note)] : []),
  ];
  const item = moneyRow(t("Today"), today.usage, "calendar", notes.join("\n"));
  item.description = `${item.description} · ${source}`;
  return item;
}

function unavailableToday(cause: OpenRouterError): vscode.TreeItem {
  return row(t("Today"), t("unavailable"), "warning", `${cause.message}\n${cause.nextStep}`);
}

function moneyRow(label: string, usd: number, icon: string, detail: string): vscode.TreeItem {
  return row(label, money(usd, locale), icon, `${exactMoney(usd, locale)}\n${detail}`);
}

function row(label: string, figure: string, icon: string, tooltip: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.description = figure;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: `${label}: ${figure}. ${tooltip}` };
  return item;
}
