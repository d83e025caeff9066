// What is expected of the month, for the panel and the Spend view: of the account, a key or a workspace.
import * as vscode from "vscode";
import type { KeyOutlook } from "../../openrouter/foresight/forecast/readKeyOutlook.ts";
import { type AccountOutlook, isForecast } from "../../openrouter/foresight/forecast/readOutlook.ts";
import type { WorkspaceOutlook } from "../../openrouter/foresight/forecast/readWorkspaceOutlook.ts";
import { backtestTexts, monthText, noForecastText, respectedTexts } from "../../openrouter/foresight/forecast/texts.ts";
import { dayAfter } from "../../openrouter/spend/span.ts";
import { formatMoment } from "../../openrouter/text/format.ts";
import type { ForecastSubject, ShownForecast } from "../../webview/forecast/protocol.ts";
import type { AccountSession } from "../data/accountData.ts";
import { currentPart, keyOutlookOf, OUTLOOK_MAX_AGE_MS, workspaceOutlookOf } from "../data/partOutlooks.ts";
import { renewOutlook } from "../data/renewOutlook.ts";
import type { Resource, ResourceHost } from "../data/resource.ts";
import { displayLocale } from "../platform/locale.ts";

/** So that the end of a month shows more than its last days. */
const MIN_COMING_DAYS = 7;

type AnyOutlook = AccountOutlook | KeyOutlook | WorkspaceOutlook;

export interface PanelForecast extends vscode.Disposable {
  readonly session: AccountSession;
  /** Reads it if that was not done within the last hour. */
  renew(): void;
  /** Reads it again if it has been read. */
  refresh(fresh: boolean): void;
  /** Undefined until it has been made. */
  shown(): ShownForecast | undefined;
}

/** @param changed called when `shown` may return something else */
export function followForecast(
  session: AccountSession,
  about: ForecastSubject,
  host: ResourceHost,
  changed: () => void,
): PanelForecast {
  const resource = outlookOf(session, about, host);
  const listener = resource.onDidChange(changed);
  const current = () => currentPart(session, resource);
  return {
    session,
    renew() {
      if (about.kind === "account") renewOutlook(session);
      else void resource.ensureQuietly(current() ? OUTLOOK_MAX_AGE_MS : 0);
    },
    refresh(fresh) {
      if (resource.current || resource.error !== undefined) void resource.load({ fresh });
    },
    shown() {
      const outlook = current();
      const { failure } = resource;
      if (outlook) return shownForecast(outlook, failure);
      return failure === undefined ? undefined : { text: vscode.l10n.t("No forecast"), details: [failure] };
    },
    dispose: () => listener.dispose(),
  };
}

function outlookOf(session: AccountSession, about: ForecastSubject, host: ResourceHost): Resource<AnyOutlook> {
  const { outlook } = session.data;
  const resource = {
    account: () => outlook,
    key: () => keyOutlookOf(session, "id" in about ? about.id : "", host),
    workspace: () => workspaceOutlookOf(session, "id" in about ? about.id : "", host),
  }[about.kind]();
  return resource as Resource<AnyOutlook>;
}

function shownForecast(outlook: AnyOutlook, failure: string | undefined): ShownForecast {
  const t = vscode.l10n.t;
  const locale = displayLocale();
  const { forecast, month, source } = outlook;
  if (!isForecast(forecast)) return { text: noForecastText(forecast, locale, t), details: [] };
  const status = "status" in outlook ? outlook.status : "active";
  if (!month) return { text: t("No forecast: the key is {0}, so it spends no more.", endedText(status)), details: [] };
  const details = [
    t("Spend of this calendar month (UTC), credits and BYOK."),
    ...backtestTexts(forecast, locale, t),
    ...(source === "activity" ? [t("Analytics are unavailable: from the 30 days of the activity.")] : []),
    ...("omitsEndedKeys" in outlook ? respectedTexts(outlook, t) : keyTexts(outlook)),
    ...(failure === undefined ? [] : [t("Not refreshed: {0}", failure)]),
  ];
  const estimates = forecast.days.filter((_, i) => i <= MIN_COMING_DAYS || dayAfter(forecast.from, i) <= month.day);
  return { text: monthText(month, locale, t), details, days: { from: forecast.from, estimates } };
}

/** What else the forecast of a key takes into account, and what it doesn't. */
function keyTexts({ ignoresLimit, expiresAt }: KeyOutlook): string[] {
  const t = vscode.l10n.t;
  const expiry = expiresAt ? new Date(expiresAt) : undefined;
  return [
    ...(ignoresLimit ? [t("The key's limit isn't taken into account: BYOK doesn't count toward it.")] : []),
    ...(expiry && !Number.isNaN(expiry.getTime())
      ? [t("The key expires {0} and spends nothing after that.", formatMoment(expiry.toISOString(), displayLocale()))]
      : []),
  ];
}

/** A key without a forecast of the month is disabled or has expired. */
function endedText(status: KeyOutlook["status"]): string {
  return status === "expired" ? vscode.l10n.t("expired") : vscode.l10n.t("disabled");
}
