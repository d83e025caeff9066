import * as vscode from "vscode";
import { type CureItem, type CureRun, canContinue } from "../../../openrouter/safety/cures/record.ts";
import { canUndo } from "../../../openrouter/safety/cures/undo.ts";
import { formatCount, formatMoment } from "../../../openrouter/text/format.ts";
import { redact } from "../../../openrouter/text/redact.ts";
import { type AskedAccount, accountText } from "../../platform/accountText.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { isBeingRun } from "./pickRun.ts";
import { cureTitle, requestText, stateOrder, stateText, summaryText } from "./texts.ts";

/** The results of a run as a text: each item with its request, under its state, with the reason where there is one. */
export function resultsText(
  run: CureRun,
  account: AskedAccount,
  workspaceName: (id: string | undefined) => string | undefined,
): string {
  const t = vscode.l10n.t;
  const locale = displayLocale();
  const isRunning = isBeingRun(run);
  const byState = Map.groupBy(run.items, ({ state }) => state);
  const head = [
    cureTitle(run),
    accountText(account),
    t("Started: {0}", formatMoment(run.startedAt, locale)),
    run.endedAt ? t("Ended: {0}", formatMoment(run.endedAt, locale)) : isRunning ? t("In progress") : t("Interrupted"),
    `${summaryText(run)}.${run.stopped ? ` ${run.stopped}` : ""}`,
    ...nextSteps(run, isRunning),
  ];
  const sections = stateOrder
    .filter((state) => byState.has(state))
    .map((state) => {
      const items = byState.get(state)!;
      const heading = `${stateText(state, isRunning)} (${formatCount(items.length, locale)})`;
      return [heading, "-".repeat(heading.length), ...items.map((item) => itemText(run, item, workspaceName))].join(
        "\n",
      );
    });
  return redact(`${[head.filter(Boolean).join("\n"), ...sections].join("\n\n")}\n`);
}

function nextSteps(run: CureRun, isRunning: boolean): string[] {
  const t = vscode.l10n.t;
  if (isRunning) return [];
  const steps = [
    canContinue(run) && t("To send the rest: run “Resume Key Changes” from the Command Palette."),
    canUndo(run) && t("To take it back: run “Undo Key Changes” from the Command Palette."),
  ];
  return steps.filter((step) => step !== false);
}

function itemText(run: CureRun, item: CureItem, workspaceName: (id: string | undefined) => string | undefined): string {
  const { name, label, workspace_id, reason } = item;
  const facts = [label, workspaceName(workspace_id)].filter(Boolean).join(", ");
  return [
    `${safeLabel(name)} (${safeLabel(facts)})`,
    `    ${safeLabel(requestText(run, item))}`,
    ...(reason ? [`    ${safeLabel(reason)}`] : []),
  ].join("\n");
}
