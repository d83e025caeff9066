import * as vscode from "vscode";
import { getRemainingCredits } from "../../openrouter/account/credits.ts";
import { OpenRouterError } from "../../openrouter/errors.ts";
import { utcDay } from "../../openrouter/text/figures.ts";
import { formatExactMoney, formatMoney, formatTime } from "../../openrouter/text/format.ts";
import { shortName } from "../account/shortName.ts";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { followData } from "../data/followData.ts";
import { commandIds, settingIds } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import { isStatusBarEnabled, refreshIntervalMs, watchWriteMode, writeMode } from "../platform/settings.ts";
import { accountMark } from "../ui/accountMark.ts";
import { textTable } from "../ui/textTable.ts";
import { writeModeText } from "../ui/writeModeText.ts";

const MINUTE_MS = 60_000;

/** Creates the status bar item with the remaining credits and today's spend. Hidden without an account. */
export function createStatusBar(sessions: AccountSessions): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("openrouterAdmin.credits", vscode.StatusBarAlignment.Right, 90);
  item.name = vscode.l10n.t("OpenRouter Credits");
  item.command = commandIds.openActivity;

  function draw(): void {
    const texts = sessions.current && statusTexts(sessions.current);
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

  /** Reads the credits at startup and when the window gets the focus, since nothing else does while no view is visible. */
  async function readCredits(): Promise<void> {
    if (!isStatusBarEnabled() || !vscode.window.state.focused) return;
    const session = await sessions.open().catch(() => undefined);
    await session?.data.credits.ensure(refreshIntervalMs() ?? Number.POSITIVE_INFINITY);
  }

  /** Refreshes after midnight UTC, when today's spend starts at 0. */
  const midnightTimer = setInterval(() => {
    const credits = sessions.current?.data.credits;
    if (!credits?.current || credits.loading || !isStatusBarEnabled()) return;
    if (utcDay(credits.current.readAt) === utcDay()) return;
    draw();
    void credits.refresh();
  }, MINUTE_MS);

  let session = sessions.current;
  void readCredits();
  return vscode.Disposable.from(
    item,
    { dispose: () => clearInterval(midnightTimer) },
    followData(
      sessions,
      ({ credits }) => [credits],
      () => {
        draw();
        // A session that failed to start is tried again when the window gets the focus.
        if (session !== sessions.current || sessions.state === "loading") void readCredits();
        session = sessions.current;
      },
    ),
    vscode.window.onDidChangeWindowState(readCredits),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(settingIds.statusBar)) return;
      void readCredits();
      draw();
    }),
    watchWriteMode(draw),
  );
}

/** Returns undefined until the credits have been read. */
function statusTexts(session: AccountSession) {
  const { source, data } = session;
  const { credits: resource } = data;
  if (!resource.current) return undefined;
  const { value, readAt } = resource.current;
  const { failure } = resource;
  const t = vscode.l10n.t;
  const locale = displayLocale();
  const { credits, periods } = value;
  const remaining = getRemainingCredits(credits);
  const currentPeriods = periods instanceof OpenRouterError || utcDay(readAt) !== utcDay() ? undefined : periods;
  const today = currentPeriods ? formatMoney(currentPeriods.today, locale) : t("unknown");
  const usd = (amount: number | undefined) =>
    amount === undefined ? t("unavailable") : formatExactMoney(amount, locale);
  const writes = writeModeText(writeMode());
  const account = accountMark(session);
  const isSample = source === "sample";
  const accountText = isSample ? t("Sample (invented data)") : (account ?? "");
  const tooltip = textTable(t("OpenRouter Credits"), [
    [t("Remaining"), usd(remaining)],
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
  const icon = failure ? "$(warning)" : isSample ? "$(beaker)" : "$(credit-card)";
  const figures = t("{0} · {1} today", formatMoney(remaining, locale), today);
  const spoken = t("OpenRouter: {0} remaining, {1} spent today", formatMoney(remaining, locale), today);
  return {
    isSample,
    text: `${icon} ${account ? `${shortName(account)}: ` : ""}${figures}`,
    tooltip,
    ariaLabel: [account && t("Account: {0}", accountText), spoken, writes].filter(Boolean).join(". "),
  };
}

function addLinks(tooltip: vscode.MarkdownString, links: readonly (readonly [title: string, command: string])[]): void {
  tooltip.isTrusted = { enabledCommands: links.map(([, command]) => command) };
  tooltip.appendMarkdown(`\n\n${links.map(([title, command]) => `[${title}](command:${command})`).join(" · ")}`);
}
