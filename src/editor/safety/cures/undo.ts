import * as vscode from "vscode";
import { canUndo, planUndo } from "../../../openrouter/safety/cures/undo.ts";
import { confirmRun } from "./confirmRun.ts";
import { executeRun } from "./execute.ts";
import { runFor } from "./pickRun.ts";
import { recordRun } from "./recordRun.ts";
import type { CureServices } from "./services.ts";
import { takenText } from "./texts.ts";

/**
 * Takes back what a run has changed: limits, the status, assigned guardrails. A key that somebody has changed since is left
 * as it is.
 */
export async function undoCures(services: CureServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const session = await services.sessions.for(target);
  const run = await runFor(services, session, target, {
    title: t("Undo Key Changes"),
    appliesTo: canUndo,
    emptyMessage: t(
      "There is nothing to undo. Deleted keys can't be restored; a replaced key is restored by Roll Back Rotation.",
    ),
  });
  const { kind, items } = planUndo(run);
  const undo = { kind, items, undoes: run.id, guardrails: run.guardrails };
  if (!(await confirmRun(session, undo, items))) return;
  // Recorded first: a crash right after it leaves an undo that can be continued.
  const recorded = await recordRun(services, session, undo);
  let isFirst = false;
  const stored = await services.journal.update(run.id, (now) => {
    isFirst = canUndo(now);
    return isFirst ? { ...now, undoneAt: session.client.now().toISOString() } : now;
  });
  if (!isFirst) {
    await services.journal.remove(recorded.id);
    throw new Error(takenText(stored ?? run));
  }
  await executeRun(services, session, recorded);
}
