import * as vscode from "vscode";
import {
  ClientEndedError,
  ForbiddenError,
  OriginError,
  UnauthorizedError,
  UncertainWriteError,
} from "../../openrouter/errors.ts";
import { redact } from "../../openrouter/text/redact.ts";
import { type CommandId, commandIds } from "./ids.ts";
import type { Log } from "./log.ts";
import { NoAccountError } from "./noAccount.ts";
import { retryFor } from "./retryAction.ts";
import { safeLabel } from "./safeLabel.ts";
import { settingToCorrect } from "./settingToCorrect.ts";
import type { CommandHandler } from "./wing.ts";

interface Action extends vscode.MessageItem {
  run(): Promise<void> | void;
}

/** Registers the commands. Errors are shown in a notification with a next step, and logged. */
export function registerCommands(log: Log, commands: Partial<Record<CommandId, CommandHandler>>): vscode.Disposable {
  const registered = Object.entries(commands).map(([id, run]) =>
    vscode.commands.registerCommand(id, (target?: unknown, selection?: unknown) =>
      reportErrors(log, id, () => run(target, selection)),
    ),
  );
  return vscode.Disposable.from(...registered);
}

/** Runs an action and reports its errors. Also used for actions that follow a command, such as a notification's button. */
export async function reportErrors(log: Log, id: string, run: () => Promise<void> | void): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof vscode.CancellationError) return;
    const { errorLogText, errorText } = await import("./errorText.ts");
    log.error(`${id}: ${errorLogText(error)}`);
    // Not awaited: the command is done, even if the notification stays open.
    void showError(
      redact(errorText(error)),
      actionsFor(error, log, () => reportErrors(log, id, retryFor(error) ?? run)),
    );
  }
}

async function showError(text: string, actions: Action[]): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(safeLabel(text), ...actions);
  await chosen?.run();
}

function actionsFor(error: unknown, log: Log, retry: () => Promise<void>): Action[] {
  const command =
    (id: string, ...args: unknown[]) =>
    async () =>
      void (await vscode.commands.executeCommand(id, ...args));
  const openLog = { title: vscode.l10n.t("Open Log"), run: log.show };
  const setting = settingToCorrect(error);
  const openSettings = {
    title: vscode.l10n.t("Open Settings"),
    run: command("workbench.action.openSettings", setting),
  };
  if (error instanceof OriginError) return [openSettings, openLog];
  const refresh = { title: vscode.l10n.t("Refresh"), run: command(commandIds.refresh) };
  // Retry would fail again: the account of this command is no longer in use.
  if (error instanceof ClientEndedError) return [openLog];
  if (error instanceof Error && error.cause instanceof ClientEndedError) return [refresh, openLog];
  const setKey = { title: vscode.l10n.t("Set Key"), run: command(commandIds.setKey) };
  if (error instanceof NoAccountError) {
    const explore = { title: vscode.l10n.t("Explore with a Sample Account"), run: command(commandIds.exploreSample) };
    return [setKey, explore];
  }
  // The key or guardrail may have been created: offer to check, not to send the request again.
  if (error instanceof UncertainWriteError) return [refresh, openLog];
  const again = { title: vscode.l10n.t("Retry"), run: retry };
  const keyIsWrong = [UnauthorizedError, ForbiddenError].some((kind) => error instanceof kind);
  return [...(keyIsWrong ? [setKey] : setting ? [openSettings] : []), again, openLog];
}
