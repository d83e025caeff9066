import * as vscode from "vscode";
import type { AccountSessions } from "../data/accountData.ts";
import { renewAfterMidnight } from "../data/currentDay.ts";
import { followData } from "../data/followData.ts";
import { commandIds, settingIds } from "../platform/ids.ts";
import { isStatusBarEnabled, watchWriteMode } from "../platform/settings.ts";
import type { Refreshable } from "../platform/wing.ts";

const MINUTE_MS = 60_000;

/** The status bar item: the timer reads its credits also while no view is visible. */
export interface StatusBar extends Refreshable, vscode.Disposable {}

/** Creates the status bar item with the remaining credits and today's spend. Hidden without an account. */
export function createStatusBar(sessions: AccountSessions): StatusBar {
  const item = vscode.window.createStatusBarItem("openrouterAdmin.credits", vscode.StatusBarAlignment.Right, 90);
  item.name = vscode.l10n.t("OpenRouter Credits");
  item.command = commandIds.openActivity;

  /** Loaded with the first figures. */
  let texts: typeof import("./statusTexts.ts") | undefined;

  function draw(): void {
    const { current } = sessions;
    const { credits } = current?.data ?? {};
    const isKnown = credits?.current !== undefined || credits?.failure !== undefined;
    if (!current || !isKnown || !isStatusBarEnabled()) {
      item.hide();
      return;
    }
    if (!texts) {
      void loadTexts();
      return;
    }
    const { text, tooltip, ariaLabel, isSample } = texts.statusTexts(current);
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: ariaLabel };
    item.backgroundColor = isSample ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    item.show();
  }

  async function loadTexts(): Promise<void> {
    texts = await import("./statusTexts.ts");
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
      ({ credits, outlook }) => [credits, outlook],
      () => {
        draw();
        // A session that failed to start is tried again when the window gets the focus.
        if (session !== sessions.current || sessions.state === "loading") void readCredits();
        session = sessions.current;
      },
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
