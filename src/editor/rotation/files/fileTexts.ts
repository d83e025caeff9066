import * as vscode from "vscode";
import { joinFirst } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import type { Doubt } from "./doubts.ts";
import type { UnreadFile } from "./fileSearch.ts";
import type { FailedFile } from "./replaceOccurrences.ts";

// Texts about files and what was found in them.

/** The most file names in one sentence. */
const MAX_FILES = 10;

/** Lists the files that were not searched, by reason; empty if there are none. */
export function unreadText(unread: readonly UnreadFile[]): string {
  const t = vscode.l10n.t;
  const reasons: Record<UnreadFile["reason"], string> = {
    tooLarge: t("over 1 MB"),
    tooMany: t("too many texts like the key"),
    binary: t("binary"),
    noPermission: t("no permission"),
    gone: t("no longer there"),
    unreadable: t("unreadable"),
  };
  return byReason(unread)
    .map(([reason, files]) => t("Not searched ({0}): {1}.", reasons[reason], files))
    .join(" ");
}

/** Lists the files in which the old key could not be replaced, by reason. */
export function failedText(failed: readonly FailedFile[]): string {
  const t = vscode.l10n.t;
  const reasons: Record<FailedFile["reason"], string> = {
    changed: t("changed in the meantime"),
    readOnly: t("read-only"),
    noPermission: t("no permission"),
    notWritten: t("couldn't be written"),
    notSaved: t("its unsaved changes couldn't be saved; they don't contain the secret"),
    unsaved: t("has unsaved changes"),
  };
  return byReason(failed)
    .map(([reason, files]) => t("Couldn't change and save: {0} ({1}).", files, reasons[reason]))
    .join(" ");
}

/** Explains why an occurrence is not selected. */
export function doubtText(doubt: Doubt | undefined): string | undefined {
  const t = vscode.l10n.t;
  switch (doubt) {
    case "template":
      return t("Template file; it should contain no key");
    case "placeholder":
      return t("Looks like a placeholder, not like a key");
    case "otherKey":
      return t("Not the same text as the other occurrences; may be another key");
    default:
      return undefined;
  }
}

export function occurrencesText(occurrences: number): string {
  return occurrences === 1 ? vscode.l10n.t("1 occurrence") : vscode.l10n.t("{0} occurrences", occurrences);
}

export function filesText(files: number): string {
  return files === 1 ? vscode.l10n.t("1 file") : vscode.l10n.t("{0} files", files);
}

/** Lists paths, and counts those beyond the first ten. */
export const pathsText = (paths: readonly string[]) => joinFirst([...new Set(paths)], MAX_FILES);

/** Returns the path as the user knows it: relative to its workspace folder, if it is in one. */
export const relativePath = (uri: vscode.Uri) => safeLabel(vscode.workspace.asRelativePath(uri));

function byReason<R extends string>(files: readonly { uri: vscode.Uri; reason: R }[]): [R, string][] {
  const groups = Map.groupBy(files, ({ reason }) => reason);
  return [...groups].map(([reason, group]) => [reason, pathsText(group.map(({ uri }) => relativePath(uri)))]);
}
