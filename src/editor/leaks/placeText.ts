import * as vscode from "vscode";
import type { CommitPlace, LeakPlace } from "../../leaks/model.ts";
import { formatShortTime } from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";
import { shownName } from "./shownName.ts";

/** Names a place on one line: `src/app.py:12`, or `src/app.py:12 in commit a1b2c3d4`. */
export function placeText(place: LeakPlace): string {
  const t = vscode.l10n.t;
  const at = `${placePath(place)}:${place.line}`;
  switch (place.kind) {
    case "commit":
      if (place.inHeader) return t("a header of commit {0}", shortId(place.commit));
      return place.inMessage
        ? t("the message of commit {0}", shortId(place.commit))
        : t("{0} in commit {1}", at, shortId(place.commit));
    case "blob":
      return place.mayBeInCommit
        ? t("content {0} of an unknown commit", shortId(place.blob))
        : t("content {0} that no commit has", shortId(place.blob));
    case "staged":
      return t("{0} (staged)", at);
    case "unsaved":
      return t("{0} (unsaved)", at);
    case "name":
      return t("the name of {0}", placePath(place));
    default:
      return at;
  }
}

/** The path of a place as the user knows it, without a secret that is in a name; of content without a path, its id. */
export function placePath(place: LeakPlace): string {
  switch (place.kind) {
    case "file":
    case "name":
      return shownName(vscode.workspace.asRelativePath(vscode.Uri.file(place.path)));
    case "unsaved":
      return shownName(vscode.workspace.asRelativePath(vscode.Uri.parse(place.uri)));
    case "blob":
      return shortId(place.blob);
    default:
      return shownName(place.path);
  }
}

/** Shortens the hash of a commit or of content. */
export const shortId = (hash: string): string => hash.slice(0, 8);

/** Where a place is, besides its path and line. */
export function whereText(place: LeakPlace): string | undefined {
  const t = vscode.l10n.t;
  switch (place.kind) {
    case "file":
      return undefined;
    case "name":
      return t("in the name");
    case "unsaved":
      return t("unsaved");
    case "staged":
      return t("staged");
    case "blob":
      return place.mayBeInCommit ? t("commit unknown") : t("in no commit");
    case "commit":
      return commitText(place);
  }
}

/** Names a commit: `a1b2c3d4 · stash · Ana Ruiz · Nov 3 · pushed`. */
function commitText({ commit, from, author, date, isPushed }: CommitPlace): string {
  const t = vscode.l10n.t;
  const at = new Date(date);
  const sources: Record<CommitPlace["from"], string | undefined> = {
    branch: undefined,
    tag: t("tag"),
    stash: t("stash"),
    reflog: t("only in the reflog"),
    unreachable: t("in no branch"),
  };
  return [
    shortId(commit),
    sources[from],
    shownName(author),
    !Number.isNaN(at.getTime()) && formatShortTime(at, displayLocale()),
    isPushed && t("pushed"),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** How the secret is written, if not as it is; it can't be replaced automatically then. */
export function formText({ form }: Pick<LeakPlace, "form">): string | undefined {
  const t = vscode.l10n.t;
  const texts: Record<LeakPlace["form"], string | undefined> = {
    plain: undefined,
    split: t("in parts"),
    escaped: t("escaped"),
    base64: t("in base64"),
    hex: t("in hex"),
  };
  return texts[form];
}
