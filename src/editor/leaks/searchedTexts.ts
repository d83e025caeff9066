import * as vscode from "vscode";
import type { SweepProblem } from "../../leaks/model.ts";
import { formatCount } from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";
import { joinFirst } from "../platform/quoted.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import type { LeakSearch } from "./leakList.ts";
import { shownName } from "./shownName.ts";

/** Says what was not searched, and why. */
export function skippedTexts({ skipped, notSearched, withHistory, isCompared }: LeakSearch): string[] {
  const t = vscode.l10n.t;
  const number = (value: number) => formatCount(value, displayLocale());
  return [
    !isCompared && t("Your management keys couldn't be read, so that they may be among these keys."),
    skipped.binary > 0 && t("Skipped binary files: {0}", number(skipped.binary)),
    skipped.large > 0 && t("Skipped files over 100 MB: {0}", number(skipped.large)),
    skipped.unreadable > 0 && t("Unreadable files: {0}", number(skipped.unreadable)),
    skipped.links > 0 && t("Links out of the folder, not followed: {0}", number(skipped.links)),
    notSearched.length > 0 &&
      t("Folders that aren't on this computer, not searched: {0}", joinFirst(notSearched.map(shownName))),
    !withHistory && t("Git history isn't searched until you trust this workspace."),
  ].filter((text) => typeof text === "string");
}

/** Words a problem of the search: a code, a colon and a path. */
export function problemText(problem: string): string {
  const t = vscode.l10n.t;
  const [, code = problem, path = ""] = /^([a-z-]+):?(.*)$/s.exec(problem) ?? [];
  const where = shownName(vscode.workspace.asRelativePath(path));
  const texts: Record<SweepProblem, string> = {
    "unreadable-folder": t("Couldn't be read: {0}", where),
    "no-repository": t("No Git repository, so there is no history to search: {0}", where),
    "git-missing": t("Git was not found, so no history was searched. Install it, or set git.path."),
    "git-untrusted": t("Not searched, since Git doesn't trust the owner of this repository: {0}", where),
    "git-failed": t("Git couldn't read this repository, so its history may not have been searched: {0}", where),
    "git-shallow": t("A shallow clone: older commits aren't on this computer, so they weren't searched: {0}", where),
    "git-partial": t("A partial clone: what isn't on this computer wasn't searched: {0}", where),
    "too-many-secrets": t("There are so many keys that not all are listed."),
    "too-many-places": t("A key is in so many places that not all are listed."),
  };
  return texts[code as SweepProblem] ?? safeLabel(problem);
}
