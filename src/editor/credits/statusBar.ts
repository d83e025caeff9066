import * as vscode from "vscode";
import { getRemainingCredits } from "../../openrouter/account/credits.ts";
import { OpenRouterError } from "../../openrouter/errors.ts";
import { utcDay } from "../../openrouter/text/figures.ts";
import { formatExactMoney, formatMoney, formatTime } from "../../openrouter/text/format.ts";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { followData } from "../data/followData.ts";
import { commandIds, settingIds } from "../platform/ids.ts";
import { isStatusBarEnabled, refreshIntervalMs, watchWriteMode, writeMode } from "../platform/settings.ts";
import { textTable } from "../ui/textTable.ts";
import { writeModeText } from "../ui/writeModeText.ts";

const MINUTE_MS = 60_000;

/** Remaining credits and today's spend, in every window that has an account. */
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
    item.accessibilityInformation = { label: texts.spoken };
    item.show();
  }

  /** Without a view in sight nothing reads the credits: the bar asks at the start, and when the window is come back to. */
  async function read(): Promise<void> {
    if (!isStatusBarEnabled() || !vscode.window.state.focused) return;
    const session = await sessions.open().catch(() => undefined);
    await session?.data.credits.ensure(refreshIntervalMs() ?? Number.POSITIVE_INFINITY);
  }

  /** After midnight UTC the figure of yesterday is no longer today's. */
  const midnight = setInterval(() => {
    const credits = sessions.current?.data.credits;
    if (!credits?.current || credits.loading || !isStatusBarEnabled()) return;
    if (utcDay(credits.current.readAt) === utcDay()) return;
    draw();
    void credits.refresh();
  }, MINUTE_MS);

  let session = sessions.current;
  void read();
  return vscode.Disposable.from(
    item,
    { dispose: () => clearInterval(midnight) },
    followData(
      sessions,
      ({ credits }) => [credits],
      () => {
        draw();
        // A session that could not begin is tried again when the window is come back to.
        if (session !== sessions.current || sessions.state === "loading") void read();
        session = sessions.current;
      },
    ),
    vscode.window.onDidChangeWindowState(read),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(settingIds.statusBar)) return;
      void read();
      draw();
    }),
    watchWriteMode(draw),
  );
}

/** Undefined before the credits were read. */
function statusTexts({ source, data: { credits: resource } }: AccountSession) {
  if (!resource.current) return undefined;
  const { value, readAt } = resource.current;
  const { failure } = resource;
  const t = vscode.l10n.t;
  const locale = vscode.env.language;
  const { credits, periods } = value;
  const remaining = getRemainingCredits(credits);
  const known = periods instanceof OpenRouterError || utcDay(readAt) !== utcDay() ? undefined : periods;
  const today = known ? formatMoney(known.today, locale) : t("unknown");
  const usd = (amount: number | undefined) =>
    amount === undefined ? t("unavailable") : formatExactMoney(amount, locale);
  const writes = writeModeText(writeMode());
  const tooltip = textTable(t("OpenRouter Credits"), [
    [t("Remaining"), usd(remaining)],
    [t("Purchased"), usd(credits.total_credits)],
    [t("Used"), usd(credits.total_usage)],
    [t("Today"), usd(known?.today)],
    [t("This Week"), usd(known?.week)],
    [t("This Month"), usd(known?.month)],
    [t("Source"), known?.source === "analytics" ? t("analytics") : known ? t("key counters") : t("unavailable")],
    [t("Read at"), formatTime(readAt, locale)],
    ...(source === "sample" ? [[t("Account"), t("sample account, generated data")] as [string, string]] : []),
    ...(writes ? [[t("Agents"), writes] as [string, string]] : []),
    ...(failure ? [[t("Not refreshed"), failure] as [string, string]] : []),
  ]);
  if (writes) addTurnOffLink(tooltip);
  const stale = failure ? "$(warning)" : "$(credit-card)";
  return {
    text: t("{0} {1} · {2} today", stale, formatMoney(remaining, locale), today),
    tooltip,
    spoken: [t("OpenRouter: {0} remaining, {1} spent today", formatMoney(remaining, locale), today), writes]
      .filter(Boolean)
      .join(". "),
  };
}

function addTurnOffLink(tooltip: vscode.MarkdownString): void {
  tooltip.isTrusted = { enabledCommands: [commandIds.turnOffWrites] };
  tooltip.appendMarkdown(`\n\n[${vscode.l10n.t("Turn Off Agent Writes")}](command:${commandIds.turnOffWrites})`);
}
