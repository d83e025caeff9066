import * as vscode from "vscode";
import { getRemainingCredits } from "../../openrouter/account/credits.ts";
import { OpenRouterError } from "../../openrouter/errors.ts";
import { formatExactMoney, formatMoney, formatTime } from "../../openrouter/text/format.ts";
import { shortName } from "../account/shortName.ts";
import type { AccountSession, AccountSessions, CreditsData } from "../data/accountData.ts";
import { isOfToday, renewAfterMidnight } from "../data/currentDay.ts";
import { followData } from "../data/followData.ts";
import type { Resource, Snapshot } from "../data/resource.ts";
import { commandIds, settingIds } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import { messageOf } from "../platform/messageOf.ts";
import { isStatusBarEnabled, refreshIntervalMs, watchWriteMode, writeMode } from "../platform/settings.ts";
import type { Refreshable } from "../platform/wing.ts";
import { accountMark } from "../ui/accountMark.ts";
import { textTable } from "../ui/textTable.ts";
import { writeModeText } from "../ui/writeModeText.ts";

const MINUTE_MS = 60_000;
/** Without a timer, figures older than this show their time. */
const AGED_MS = 10 * MINUTE_MS;

/** The status bar item: the timer reads its credits also while no view is visible. */
export interface StatusBar extends Refreshable, vscode.Disposable {}

/** Creates the status bar item with the remaining credits and today's spend. Hidden without an account. */
export function createStatusBar(sessions: AccountSessions): StatusBar {
  const item = vscode.window.createStatusBarItem("openrouterAdmin.credits", vscode.StatusBarAlignment.Right, 90);
  item.name = vscode.l10n.t("OpenRouter Credits");
  item.command = commandIds.openActivity;

  /** When the credits of an account end, if it is known. */
  let end: { session: AccountSession; text: string | undefined } | undefined;

  function draw(): void {
    const { current } = sessions;
    const texts = current && textsOrError(current, end?.session === current ? end.text : undefined);
    if (!texts || !isStatusBarEnabled()) {
      item.hide();
      return;
    }
    item.text = texts.text;
    item.tooltip = texts.tooltip;
    item.accessibilityInformation = { label: texts.ariaLabel };
    item.backgroundColor = texts.isSample ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    item.show();
  }

  /** Shows when the credits end. Its texts are loaded with the first forecast. */
  async function drawEnd(): Promise<void> {
    const of = sessions.current;
    if (!of?.data.outlook.current) return;
    const { creditsEndTexts } = await import("../ui/creditsEndText.ts");
    end = { session: of, text: creditsEndTexts(of)?.withRange };
    draw();
  }

  /** Reads the credits at startup and when the window gets the focus, unless that happened before. */
  async function readCredits(): Promise<void> {
    if (!isStatusBarEnabled() || !vscode.window.state.focused) return;
    const session = await sessions.open().catch(() => undefined);
    await session?.data.credits.ensure();
  }

  /** Shows the figures' age. Reads them again after midnight UTC, when today's spend starts at 0. */
  function age(): void {
    draw();
    if (isStatusBarEnabled() && vscode.window.state.focused) renewAfterMidnight(sessions.current);
  }

  let session = sessions.current;
  let { focused } = vscode.window.state;
  const timer = setInterval(age, MINUTE_MS);
  void readCredits();
  const listeners = vscode.Disposable.from(
    item,
    { dispose: () => clearInterval(timer) },
    followData(
      sessions,
      ({ credits }) => [credits],
      () => {
        draw();
        void drawEnd();
        // A session that failed to start is tried again when the window gets the focus.
        if (session !== sessions.current || sessions.state === "loading") void readCredits();
        session = sessions.current;
      },
    ),
    followData(
      sessions,
      ({ outlook }) => [outlook],
      () => void drawEnd(),
    ),
    vscode.window.onDidChangeWindowState((state) => {
      age();
      // The state also says whether the window is in use.
      if (state.focused && !focused) void readCredits();
      focused = state.focused;
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(settingIds.statusBar)) return;
      void readCredits();
      draw();
    }),
    watchWriteMode(draw),
  );
  const parts = () => (sessions.current ? [sessions.current.data.credits] : []);
  return { isVisible: isStatusBarEnabled, parts, timedParts: parts, dispose: () => listeners.dispose() };
}

interface StatusTexts {
  isSample: boolean;
  text: string;
  tooltip: vscode.MarkdownString;
  ariaLabel: string;
}

/** Returns the error's text if the figures couldn't be read or formatted, and undefined until they have been read. */
function textsOrError(session: AccountSession, end: string | undefined): StatusTexts | undefined {
  const { current, failure } = session.data.credits;
  try {
    if (current) return statusTexts(session, current, end);
    return failure === undefined ? undefined : errorTexts(session, failure);
  } catch (error) {
    return errorTexts(session, messageOf(error));
  }
}

function errorTexts(session: AccountSession, failure: string): StatusTexts {
  const title = vscode.l10n.t("OpenRouter Credits");
  const account = accountMark(session);
  return {
    isSample: session.source === "sample",
    text: `$(warning) ${account ? shortName(account) : "OpenRouter"}`,
    tooltip: textTable(title, [
      ...(account ? [[vscode.l10n.t("Account"), account] as [string, string]] : []),
      [vscode.l10n.t("Not read"), failure],
    ]),
    ariaLabel: [title, account, failure].filter(Boolean).join(". "),
  };
}

/** True if the last refresh failed, or none happened for longer than the timer takes. */
function isAged({ failure }: Resource<unknown>, readAt: Date): boolean {
  const interval = refreshIntervalMs();
  const limit = interval === undefined ? AGED_MS : 2 * interval;
  return failure !== undefined || Date.now() - readAt.getTime() > limit;
}

function statusTexts(session: AccountSession, snapshot: Snapshot<CreditsData>, end: string | undefined): StatusTexts {
  const { value, readAt } = snapshot;
  const { source, data } = session;
  const { failure } = data.credits;
  const t = vscode.l10n.t;
  const locale = displayLocale();
  const { credits, periods } = value;
  const remaining = getRemainingCredits(credits);
  const currentPeriods = periods instanceof OpenRouterError || !isOfToday(session, snapshot) ? undefined : periods;
  const today = currentPeriods ? formatMoney(currentPeriods.today, locale) : t("unknown");
  const usd = (amount: number | undefined) =>
    amount === undefined ? t("unavailable") : formatExactMoney(amount, locale);
  const writes = writeModeText(writeMode());
  const account = accountMark(session);
  const isSample = source === "sample";
  const accountText = isSample ? t("Sample (invented data)") : (account ?? "");
  const tooltip = textTable(t("OpenRouter Credits"), [
    [t("Remaining"), usd(remaining)],
    ...(end ? [[t("Last Until"), end] as [string, string]] : []),
    [t("Purchased"), usd(credits.total_credits)],
    [t("Used"), usd(credits.total_usage)],
    [t("Today"), usd(currentPeriods?.today)],
    [t("This Week"), usd(currentPeriods?.week)],
    [t("This Month"), usd(currentPeriods?.month)],
    [
      t("Source"),
      currentPeriods?.source === "analytics" ? t("analytics") : currentPeriods ? t("key counters") : t("unavailable"),
    ],
    [t("Read at"), formatTime(readAt, locale)],
    ...(account ? [[t("Account"), accountText] as [string, string]] : []),
    ...(writes ? [[t("Agents"), writes] as [string, string]] : []),
    ...(failure ? [[t("Not refreshed"), failure] as [string, string]] : []),
  ]);
  addLinks(tooltip, [
    [t("Switch Account"), commandIds.switchAccount],
    ...(writes ? [[t("Turn Off Agent Writes"), commandIds.turnOffWrites] as const] : []),
  ]);
  const aged = isAged(data.credits, readAt) ? t("as of {0}", formatTime(readAt, locale)) : "";
  const icon = failure ? "$(warning)" : isSample ? "$(beaker)" : aged ? "$(history)" : "$(credit-card)";
  const figures = t("{0} · {1} today", formatMoney(remaining, locale), today);
  const spoken = t("OpenRouter: {0} remaining, {1} spent today", formatMoney(remaining, locale), today);
  return {
    isSample,
    text: `${icon} ${account ? `${shortName(account)}: ` : ""}${[figures, aged].filter(Boolean).join(" · ")}`,
    tooltip,
    ariaLabel: [account && t("Account: {0}", accountText), spoken, aged, writes].filter(Boolean).join(". "),
  };
}

function addLinks(tooltip: vscode.MarkdownString, links: readonly (readonly [title: string, command: string])[]): void {
  tooltip.isTrusted = { enabledCommands: links.map(([, command]) => command) };
  tooltip.appendMarkdown(`\n\n${links.map(([title, command]) => `[${title}](command:${command})`).join(" · ")}`);
}
