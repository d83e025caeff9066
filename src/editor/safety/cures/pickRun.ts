import * as vscode from "vscode";
import type { CureRun } from "../../../openrouter/safety/cures/record.ts";
import { formatMoment } from "../../../openrouter/text/format.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { displayLocale } from "../../platform/locale.ts";
import { quoted } from "../../platform/quoted.ts";
import { isRunningElsewhere } from "../../rotation/journal/owner.ts";
import { pickOne } from "../../ui/pick.ts";
import { BACK } from "../../ui/wizard.ts";
import { liveRuns } from "./liveRuns.ts";
import type { CureServices } from "./services.ts";
import { cureTitle, summaryText } from "./texts.ts";

interface PickOptions {
  title: string;
  appliesTo(run: CureRun): boolean;
  /** Shown if there is none. */
  emptyMessage: string;
}

/** Returns the run of the notification that the command was run from, else one that the user picks. */
export async function runFor(
  { journal, sessions }: CureServices,
  session: AccountSession,
  target: unknown,
  { title, appliesTo, emptyMessage }: PickOptions,
): Promise<CureRun> {
  const id = (target as { cure?: string } | null | undefined)?.cure;
  const given = id === undefined ? undefined : await journal.read(id);
  if (given && given.account !== session.id) return otherAccount(await sessions.accountOf(given.account));
  const runs = given ? [given] : await journal.list(session.id);
  const applicable = runs.filter(appliesTo);
  if (applicable.length === 0) return showAndCancel(emptyMessage);
  if (given) return given;
  const items = applicable.map((run) => ({
    label: cureTitle(run),
    description: formatMoment(run.startedAt, displayLocale()),
    detail: summaryText(run),
    value: run,
  }));
  const placeholder = vscode.l10n.t("Select changes");
  const picked = await pickOne({ title, account: session }, { items, placeholder });
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}

/** True for a run that this window is working on. */
export const isRunHere = ({ id }: CureRun): boolean => liveRuns.has(id);

/** True for a run that this process or another one seems to be working on. */
export const isBeingRun = (run: CureRun): boolean =>
  isRunHere(run) || (run.endedAt === undefined && isRunningElsewhere(run));

function otherAccount(account: Awaited<ReturnType<CureServices["sessions"]["accountOf"]>>): never {
  const t = vscode.l10n.t;
  return showAndCancel(
    typeof account === "string"
      ? t("These changes belong to an account that is not in use.")
      : t("These changes belong to the account {0}. Switch to that account first.", quoted(account.name)),
  );
}

/** Not an error, because there is nothing to retry. */
function showAndCancel(text: string): never {
  void vscode.window.showInformationMessage(text);
  throw new vscode.CancellationError();
}
