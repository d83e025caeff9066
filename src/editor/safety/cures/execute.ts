import * as vscode from "vscode";
import { createPacer, pacedClient } from "../../../openrouter/safety/cures/pace.ts";
import { type CureRun, canContinue, countStates } from "../../../openrouter/safety/cures/record.ts";
import { runCure } from "../../../openrouter/safety/cures/run.ts";
import { canUndo } from "../../../openrouter/safety/cures/undo.ts";
import { formatCount, formatTime } from "../../../openrouter/text/format.ts";
import { redact } from "../../../openrouter/text/redact.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { errorLogText, errorText } from "../../platform/errorText.ts";
import { commandIds } from "../../platform/ids.ts";
import { displayLocale } from "../../platform/locale.ts";
import { reportErrors } from "../../platform/registerCommands.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { liveRuns } from "./liveRuns.ts";
import { createReplacer, handOverReplaced, hasPending } from "./replacer.ts";
import { showResults } from "./resultsDocument.ts";
import type { CureServices } from "./services.ts";
import { changeTexts, cureTitle, summaryText } from "./texts.ts";
import { createViewUpdates } from "./viewUpdates.ts";

/**
 * Runs the open items of a run that this window owns: with progress and cancel, and with each step recorded. Stops with the
 * session, so that nothing reaches another account.
 */
export async function executeRun(services: CureServices, session: AccountSession, run: CureRun): Promise<void> {
  const title = cureTitle(run);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  liveRuns.add(run.id);
  const ended = await vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    const end = () => controller.abort(session.signal.reason);
    session.signal.addEventListener("abort", end);
    const cancelled = token.onCancellationRequested(() => {
      controller.abort(new vscode.CancellationError());
      progress.report({ message: vscode.l10n.t("waiting for requests that were sent…") });
    });
    if (session.signal.aborted) end();
    const report = (message: string) => !controller.signal.aborted && progress.report({ message });
    try {
      return await runWithRecord(services, session, run, controller.signal, report);
    } finally {
      session.signal.removeEventListener("abort", end);
      cancelled.dispose();
      liveRuns.delete(run.id);
    }
  });
  void announce(services, session, ended);
}

async function runWithRecord(
  services: CureServices,
  session: AccountSession,
  run: CureRun,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<CureRun> {
  const { journal, log } = services;
  const t = vscode.l10n.t;
  const locale = displayLocale();
  const views = createViewUpdates(services, session, run);
  const total = run.items.length;
  const pacer = createPacer({
    limitedUntil: () => session.client.rateLimitedUntil?.(),
    onPause: (until) => report(t("rate limit reached; continues at {0}", formatTime(new Date(until), locale))),
  });
  const update = async (change: (run: CureRun) => CureRun): Promise<CureRun> => {
    const next = await journal.update(run.id, (now) => {
      if (now.owner?.pid !== run.owner?.pid || now.owner?.since !== run.owner?.since)
        throw new Error(t("Another window has continued this. Nothing more was sent here."));
      return change(now);
    });
    if (!next) throw new Error(t("The record of these changes was removed. Nothing more was sent."));
    const { waiting, sending } = countStates(next);
    report(t("{0} of {1}", formatCount(total - waiting - sending, locale), formatCount(total, locale)));
    return next;
  };
  const client = pacedClient(session.client, pacer, signal);
  try {
    return await runCure(
      {
        client,
        update,
        signal,
        describe(error) {
          log.error(`${run.kind}: ${errorLogText(error)}`);
          return redact(errorText(error));
        },
        reasons: {
          changed: t("It is no longer as it was when you decided."),
          gone: t("It was deleted elsewhere."),
          used: t("It was used since you decided."),
          notApplied: t("OpenRouter didn't apply the change."),
          ended: t("The account was switched or removed."),
          partly: ({ expect }, after) =>
            t("OpenRouter applied it only in part ({0}).", changeTexts(expect, after).join(", ")),
        },
        onResult: views.add,
        replacer: run.kind === "replace" ? createReplacer(services, session, { run, client, signal }) : undefined,
      },
      run,
    );
  } finally {
    views.dispose();
  }
}

/** Shows the summary with the next steps. */
async function announce(services: CureServices, session: AccountSession, run: CureRun): Promise<void> {
  const t = vscode.l10n.t;
  const [results, retry, undo, handOver] = [t("Show Results"), t("Retry"), t("Undo"), t("Save Secrets")];
  const hasRest = canContinue(run);
  const hasSecrets = hasPending(services, run);
  const buttons = [
    ...(hasSecrets ? [handOver] : []),
    ...(hasRest && !session.signal.aborted ? [retry] : []),
    results,
    ...(canUndo(run) && !session.signal.aborted ? [undo] : []),
  ];
  const text = safeLabel([t("{0}: {1}.", cureTitle(run), summaryText(run)), run.stopped].filter(Boolean).join(" "));
  const show = hasRest ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const answer = await show(text, ...buttons);
  if (answer === results) await showResults(run.id);
  if (answer === handOver)
    await reportErrors(services.log, commandIds.cureReplace, () => handOverReplaced(services, run));
  if (answer === retry) await vscode.commands.executeCommand(commandIds.resumeCures, { cure: run.id });
  if (answer === undo) await vscode.commands.executeCommand(commandIds.undoCures, { cure: run.id });
}
