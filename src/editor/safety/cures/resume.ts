import * as vscode from "vscode";
import { getKeyCost } from "../../../openrouter/keys/keyCost.ts";
import {
  type CureItem,
  type CureRun,
  canContinue,
  claimRun,
  isRetriable,
} from "../../../openrouter/safety/cures/record.ts";
import { canUndo } from "../../../openrouter/safety/cures/undo.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { confirm } from "../../platform/dialogs.ts";
import { commandIds } from "../../platform/ids.ts";
import { reportErrors } from "../../platform/registerCommands.ts";
import { isOwnedElsewhere } from "../../rotation/journal/owner.ts";
import { pickOne } from "../../ui/pick.ts";
import { confirmRun } from "./confirmRun.ts";
import { executeRun } from "./execute.ts";
import { isBeingRun, isRunHere, runFor } from "./pickRun.ts";
import { showResults } from "./resultsDocument.ts";
import type { CureServices } from "./services.ts";
import { cureTitle, summaryText, takenText } from "./texts.ts";

/** Keys that were read longer ago are read again before a deletion is confirmed. */
const MAX_SPEND_AGE_MS = 60_000;

type Choice = "continue" | "results" | "undo" | "discard";

/** Offers what can be done with earlier changes: send the rest or what failed, show the results, take them back, forget them. */
export async function resumeCures(services: CureServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const session = await services.sessions.for(target);
  const title = t("Resume Key Changes");
  const run = await runFor(services, session, target, {
    title,
    appliesTo: () => true,
    emptyMessage: t("There are no earlier changes of several keys in this account."),
  });
  // A notification's button means it.
  if ((target as { cure?: string } | undefined)?.cure) return continueRun(services, session, run);
  const choices: { label: string; detail?: string; value: Choice }[] = [
    ...(canContinue(run)
      ? [
          {
            label: t("Continue"),
            detail: t("Reads each key again and sends what is missing or failed"),
            value: "continue" as const,
          },
        ]
      : []),
    { label: t("Show Results"), value: "results" },
    ...(canUndo(run) ? [{ label: t("Undo"), value: "undo" as const }] : []),
    { label: t("Discard"), detail: t("Forgets these changes; the keys stay as they are"), value: "discard" },
  ];
  const choice = await pickOne({ title, account: session }, { items: choices, placeholder: summaryText(run) });
  if (choice === "results") await showResults(run.id);
  if (choice === "continue") await continueRun(services, session, run);
  if (choice === "undo") await vscode.commands.executeCommand(commandIds.undoCures, { cure: run.id });
  if (choice === "discard") await discard(services, session, run);
}

/**
 * Continues a run after asking again: what is open is judged by the keys as they are now, and what failed is sent again.
 * @throws Error if another window is working on it
 */
async function continueRun(services: CureServices, session: AccountSession, run: CureRun): Promise<void> {
  const t = vscode.l10n.t;
  if (isBeingRun(run) && !(await confirmTakeOver(session, run))) return;
  const items = canContinue(run) ? await withCurrentSpend(session, run, run.items.filter(isRetriable)) : [];
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      t("{0}: {1}. Nothing is left to send.", cureTitle(run), summaryText(run)),
    );
    return;
  }
  if (!(await confirmRun(session, run, items))) return;
  const claimed = await claim(services, run);
  await executeRun(services, session, claimed);
}

/** The question of a deletion says what the keys have spent by now. */
async function withCurrentSpend(
  { data: { keys } }: AccountSession,
  { kind }: CureRun,
  items: readonly CureItem[],
): Promise<readonly CureItem[]> {
  if (kind !== "delete") return items;
  await keys.ensure(MAX_SPEND_AGE_MS);
  const byHash = new Map(keys.current?.value.keys.map((key) => [key.hash, key]));
  return items.map((item) => {
    const key = byHash.get(item.hash);
    return key ? { ...item, spent: getKeyCost(key, "total") } : item;
  });
}

function confirmTakeOver(session: AccountSession, run: CureRun): Promise<boolean> {
  const t = vscode.l10n.t;
  if (isRunHere(run) || isOwnedElsewhere(run))
    throw new Error(t("{0} is still in progress, perhaps in another window.", cureTitle(run)));
  const question = t("Another window seems to be working on this: {0}.", cureTitle(run));
  const detail = t("Continue here only if no other window shows its progress.");
  return confirm(session, question, t("Continue Here"), [detail], t("Don't Continue"));
}

/** Makes this window the owner. @throws Error if another window was faster, or has begun to undo the run */
async function claim({ journal, registry }: CureServices, run: CureRun): Promise<CureRun> {
  const owner = await registry.ownerStamp();
  let claimed: CureRun | undefined;
  const stored = await journal.update(run.id, (now) => {
    claimed = claimRun(now, run, owner);
    return claimed ?? now;
  });
  if (claimed) return claimed;
  throw new Error(takenText(stored ?? run));
}

async function discard({ journal }: CureServices, session: AccountSession, run: CureRun): Promise<void> {
  const t = vscode.l10n.t;
  if (isBeingRun(run)) throw new Error(t("{0} is still in progress, perhaps in another window.", cureTitle(run)));
  const question = t("Forget these changes: {0}?", cureTitle(run));
  const detail = t(
    "The keys stay as they are: {0}. These changes can then be neither continued nor undone.",
    summaryText(run),
  );
  if (await confirm(session, question, t("Discard"), [detail], t("Keep"))) await journal.remove(run.id);
}

/**
 * Offers the runs of an account that a crash interrupted, each once in this window.
 * @returns true if another window is working on one, which may be interrupted, too
 */
export async function offerInterrupted(services: CureServices, session: AccountSession): Promise<boolean> {
  const { journal, registry, log } = services;
  const t = vscode.l10n.t;
  const open = (await journal.list(session.id)).filter((run) => run.endedAt === undefined && !isRunHere(run));
  for (const run of open) {
    if (isOwnedElsewhere(run) || session.signal.aborted || !registry.isFirstOffer(`cure:${run.id}`)) continue;
    const [go, results, forget] = [t("Continue"), t("Show Results"), t("Discard")];
    const text = t("{0} was interrupted: {1}.", cureTitle(run), summaryText(run));
    void vscode.window.showWarningMessage(text, go, results, forget).then((answer) =>
      reportErrors(log, commandIds.resumeCures, async () => {
        if (answer === go) await vscode.commands.executeCommand(commandIds.resumeCures, { cure: run.id });
        if (answer === results) await showResults(run.id);
        if (answer === forget) await discard(services, session, run);
      }),
    );
  }
  return open.some(isOwnedElsewhere);
}
