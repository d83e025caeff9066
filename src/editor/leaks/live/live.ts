import * as vscode from "vscode";
import { openBaselines } from "./baselines.ts";
import { watchCommits } from "./beforeCommit.ts";
import { createIdentifier } from "./identify.ts";
import { watchSaves } from "./onSave.ts";
import { showProblems } from "./problems.ts";
import { registerQuickFixes } from "./quickFixes.ts";
import type { LiveContext, LiveServices } from "./services.ts";

/** The running checks. */
export interface Live extends vscode.Disposable {
  readonly context: LiveContext;
}

/** Starts the checks that follow the user's work. */
export async function startLive(services: LiveServices): Promise<Live> {
  const baselines = await openBaselines();
  const identifier = createIdentifier(services);
  const context = { ...services, baselines, identifier };
  const checks = vscode.Disposable.from(
    showProblems(context),
    registerQuickFixes(),
    watchSaves(context),
    watchCommits(context),
    baselines,
    identifier,
  );
  return { context, dispose: () => checks.dispose() };
}
