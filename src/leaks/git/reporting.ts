import type { SweepProblem } from "../model.ts";
import { addProblem, type Findings } from "../places.ts";
import { type Git, GitError } from "./runGit.ts";

/** Adds a problem if Git fails. */
export async function reporting(findings: Findings, git: Git, path: string, run: () => Promise<void>): Promise<void> {
  const report = (problem: SweepProblem) => addProblem(findings, `${problem}:${path}`);
  try {
    await run();
  } catch (error) {
    git.signal.throwIfAborted();
    if (!(error instanceof GitError)) throw error;
    if (error.isMissing) addProblem(findings, "git-missing" satisfies SweepProblem);
    else report(error.isUntrusted ? "git-untrusted" : "git-failed");
  }
}

/** Says that parts of a repository are missing, unless it is known why. */
export function addDamage(findings: Findings, path: string): void {
  if (!findings.problems.includes(`git-partial:${path}`)) addProblem(findings, `git-failed:${path}`);
}
