import * as vscode from "vscode";

/** Explains what removing a secret from Git's history means. Nothing of it is done. */
export function historyText(): string {
  const t = vscode.l10n.t;
  return `${[
    `# ${t("What Rewriting History Means")}`,
    t(
      "Rotate the key first. Once it is disabled, the copies in the history are worthless, and in most cases nothing else needs to be done.",
    ),
    t(
      "A commit can't be changed. Rewriting the history creates new commits without the secret, with other hashes, and moves branches and tags to them:",
    ),
    [
      t(
        "Everybody who has a clone must fetch the new history and move their work to it. Anyone who pushes the old history brings the secret back.",
      ),
      t("Open pull requests, links to commits and signatures of commits break."),
      t(
        "Clones, forks, caches of the hosting service and mirrors keep the old commits. The hosting service's support may have to remove them.",
      ),
      t(
        "Stashes and the reflog of each clone keep them, too, until they are removed and Git has deleted what is unused.",
      ),
    ]
      .map((line) => `- ${line}`)
      .join("\n"),
    t(
      "So whoever saw a pushed key may still have it: rewriting is no substitute for rotating. It makes sense for a commit that was never pushed, and where a rule forbids secrets in the repository.",
    ),
    t(
      "Tools for it are git filter-repo and, for commits that were not pushed, git commit --amend and git rebase --interactive. This extension doesn't change the history.",
    ),
  ].join("\n\n")}\n`;
}
