import * as vscode from "vscode";
import { type Baselines, openBaselines } from "./baselines.ts";
import { watchCommits } from "./beforeCommit.ts";
import { watchSaves } from "./onSave.ts";
import { showProblems } from "./problems.ts";
import { registerQuickFixes } from "./quickFixes.ts";
import type { LiveServices } from "./services.ts";

/** The running checks. */
export interface Live extends vscode.Disposable {
  readonly baselines: Baselines;
}

/** Starts the checks that follow the user's work. */
export async function startLive(services: LiveServices): Promise<Live> {
  const baselines = await openBaselines();
  const context = { ...services, baselines };
  const checks = vscode.Disposable.from(
    showProblems(context),
    registerQuickFixes(),
    watchSaves(context),
    watchCommits(context),
    baselines,
  );
  return { baselines, dispose: () => checks.dispose() };
}
