import * as vscode from "vscode";
import type { KeyRef } from "../../../openrouter/rotation/record.ts";
import { redact, shortLabel } from "../../../openrouter/text/redact.ts";
import type { AskedAccount } from "../../platform/accountText.ts";
import { askModal } from "../../platform/dialogs.ts";
import { joinFirst } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { rotationFilesGlob } from "../../platform/settings.ts";
import type { DeliveryMethod } from "../../secrets/handOver.ts";
import { pickMany } from "../../ui/pick.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { undefinedIfCancelled } from "../../ui/undefinedIfCancelled.ts";
import { BACK } from "../../ui/wizard.ts";
import { type KeyOccurrence, type SearchResult, searchFiles } from "./fileSearch.ts";
import { keyPattern } from "./keyPattern.ts";
import { replaceOccurrences } from "./replaceOccurrences.ts";

/** The old key. Its secret is unknown, so files are searched for the characters that its label shows. */
interface ReplacedKey {
  old: Pick<KeyRef, "name" | "label">;
}

/** Offers to replace the old key with the new secret in the workspace's files. */
export function replaceInFiles(record: ReplacedKey): DeliveryMethod {
  const t = vscode.l10n.t;
  return {
    kind: "replaced",
    icon: "replace-all",
    label: t("Replace in Files"),
    detail: t("Replaces the old key ({0}) in the workspace's .env and similar files", shortLabel(record.old.label)),
    deliver: (secret, account) => replaceOldKey(account, record, secret),
  };
}

/** @returns true if the user confirmed the replacement; otherwise the other delivery methods are offered */
async function replaceOldKey(account: AskedAccount, record: ReplacedKey, secret: string): Promise<boolean> {
  const t = vscode.l10n.t;
  const label = shortLabel(record.old.label);
  const pattern = keyPattern(record.old.label);
  if (!vscode.workspace.workspaceFolders?.length) return warn(t("No folder is open in this window."));
  if (!pattern)
    return warn(t("The label of the old key ({0}) shows too few characters to find the key in files.", label));
  const search = await runWithProgress(t("Searching for the old key {0}", label), (signal) =>
    searchFiles(rotationFilesGlob(), pattern, signal),
  ).catch(undefinedIfCancelled);
  if (!search) return false;
  if (search.occurrences.length === 0)
    return warn(
      [t("No file contains the old key ({0}).", label), searchedText(), skippedText(search)].filter(Boolean).join(" "),
    );
  const occurrences = await pickOccurrences(account, record, search).catch(undefinedIfCancelled);
  if (!occurrences || occurrences.length === 0) return false;
  const result = await replaceOccurrences(occurrences, pattern, secret);
  const summary = t("Replaced {0} in {1}.", occurrencesText(result.replaced), filesText(result.files));
  if (result.failed.length > 0)
    return warn(
      [result.replaced > 0 && summary, t("Couldn't change and save: {0}.", fileNames(result.failed))]
        .filter(Boolean)
        .join(" "),
    );
  return confirmDone(account, summary, search.occurrences.length - occurrences.length);
}

async function pickOccurrences(
  account: AskedAccount,
  record: ReplacedKey,
  search: SearchResult,
): Promise<KeyOccurrence[]> {
  const t = vscode.l10n.t;
  const items = search.occurrences.map((occurrence) => ({
    label: `${relativePath(occurrence.uri)}:${occurrence.line}`,
    description: `${textBefore(occurrence)}${record.old.label}`,
    detail: occurrence.dirty ? t("Has unsaved changes, which will be saved too") : undefined,
    value: occurrence,
  }));
  const placeholder = [t("Select the occurrences to replace"), skippedText(search)].filter(Boolean).join(". ");
  const title = t("The old key of {0}: {1}", safeLabel(record.old.name), occurrencesText(search.occurrences.length));
  const chosen = await pickMany({ title, account, canGoBack: true }, { items, placeholder, checked: () => true });
  return chosen === BACK ? [] : chosen;
}

async function confirmDone(account: AskedAccount, summary: string, remaining: number): Promise<boolean> {
  const t = vscode.l10n.t;
  const done = t("Done");
  const detail = [
    remaining > 0 && t("Not replaced: {0} of the old key.", occurrencesText(remaining)),
    t(
      "Restart the applications that read these files. Done deletes VS Code's copy of the secret; Cancel returns to the other options.",
    ),
  ];
  return (await askModal(account, summary, { detail, buttons: [done], severity: "information" })) === done;
}

/** Shows a warning; the choice of delivery methods opens again. */
function warn(text: string): false {
  void vscode.window.showWarningMessage(safeLabel(text));
  return false;
}

function searchedText(): string {
  return vscode.l10n.t("Searched: {0}.", rotationFilesGlob());
}

function skippedText({ skipped }: SearchResult): string {
  return skipped.length > 0 ? vscode.l10n.t("Skipped (over 1 MB or unreadable): {0}.", fileNames(skipped)) : "";
}

function fileNames(uris: vscode.Uri[]): string {
  return joinFirst(uris.map(relativePath), 3);
}

function occurrencesText(occurrences: number): string {
  return occurrences === 1 ? vscode.l10n.t("1 occurrence") : vscode.l10n.t("{0} occurrences", occurrences);
}

function filesText(files: number): string {
  return files === 1 ? vscode.l10n.t("1 file") : vscode.l10n.t("{0} files", files);
}

const relativePath = (uri: vscode.Uri) => safeLabel(vscode.workspace.asRelativePath(uri));

/** Returns the end of the text before the key, usually a variable name. */
function textBefore(occurrence: KeyOccurrence): string {
  const text = redact(occurrence.textBefore).trimStart();
  return safeLabel(text.length > 40 ? `…${text.slice(-39)}` : text);
}
