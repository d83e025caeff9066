import * as vscode from "vscode";
import type { KeyRef } from "../../../openrouter/rotation/record.ts";
import { redact, shortLabel } from "../../../openrouter/text/redact.ts";
import { describeKey } from "../../data/describeKey.ts";
import type { AskedAccount } from "../../platform/accountText.ts";
import { askModal } from "../../platform/dialogs.ts";
import { settingIds } from "../../platform/ids.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { rotationFilesGlob } from "../../platform/settings.ts";
import type { DeliveryMethod } from "../../secrets/handOver.ts";
import { pickMany } from "../../ui/pick.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { undefinedIfCancelled } from "../../ui/undefinedIfCancelled.ts";
import { BACK } from "../../ui/wizard.ts";
import { type Doubt, findDoubts } from "./doubts.ts";
import { type KeyOccurrence, type SearchResult, searchFiles } from "./fileSearch.ts";
import { doubtText, failedText, filesText, occurrencesText, pathsText, relativePath, unreadText } from "./fileTexts.ts";
import { keyPattern } from "./keyPattern.ts";
import { readOnlyFiles } from "./readOnly.ts";
import { type FailedFile, replaceOccurrences } from "./replaceOccurrences.ts";

/** The old key. Its secret is unknown, so files are searched for the characters that its label shows. */
interface ReplacedKey {
  old: KeyRef;
  /** URIs of files in which it was found before, besides those of the setting. */
  foundIn?: readonly string[];
}

/**
 * Offers to replace the old key with the new secret in the workspace's files.
 * @param onReplaced called with the files that contain the new secret now
 */
export function replaceInFiles(
  record: ReplacedKey,
  onReplaced?: (files: vscode.Uri[]) => Promise<unknown>,
): DeliveryMethod {
  const t = vscode.l10n.t;
  return {
    kind: "replaced",
    icon: "replace-all",
    label: t("Replace in Files"),
    detail: t("Replaces the old key ({0}) in the workspace's .env and similar files", shortLabel(record.old.label)),
    deliver: (secret, account) => replaceOldKey(account, record, secret, onReplaced),
  };
}

/** @returns true if the user confirmed the replacement; otherwise the other delivery methods are offered */
async function replaceOldKey(
  account: AskedAccount,
  record: ReplacedKey,
  secret: string,
  onReplaced?: (files: vscode.Uri[]) => Promise<unknown>,
): Promise<boolean> {
  const t = vscode.l10n.t;
  const label = shortLabel(record.old.label);
  const pattern = keyPattern(record.old.label);
  if (!vscode.workspace.workspaceFolders?.length) return warn([t("No folder is open in this window.")]);
  if (!pattern)
    return warn([t("The label of the old key ({0}) shows too few characters to find the key in files.", label)]);
  const search = await runWithProgress(t("Searching for the old key {0}", label), (signal) =>
    searchFiles(rotationFilesGlob(), pattern, signal, urisOf(record)),
  ).catch(undefinedIfCancelled);
  if (!search) return false;
  if (search.occurrences.length === 0)
    return warn(
      [t("No file contains the old key ({0}).", label), searchedText(), unreadText(search.unread)],
      t("Open Settings"),
      () => vscode.commands.executeCommand("workbench.action.openSettings", settingIds.rotationFiles),
    );
  const doubtful = findDoubts(search.occurrences, record.old);
  const occurrences = await pickOccurrences(account, record, search, doubtful).catch(undefinedIfCancelled);
  if (!occurrences || occurrences.length === 0) return false;
  const result = await replaceOccurrences(occurrences, pattern, secret);
  if (result.replaced > 0) await onReplaced?.(result.files);
  const summary = t("Replaced {0} in {1}.", occurrencesText(result.replaced), filesText(result.files.length));
  const { failed } = result;
  if (failed.length > 0)
    return warn(
      [failedText(failed), result.replaced > 0 && summary],
      failed.length === 1 ? t("Open File") : t("Open Files"),
      () => openFiles(failed),
    );
  const replaced = new Set(occurrences.map(({ match }) => match));
  const isSame = ({ match }: KeyOccurrence) => replaced.has(match) || !doubtful.has(match);
  const picked = new Set(occurrences);
  const remaining = search.occurrences.filter((one) => !picked.has(one) && isSame(one));
  return confirmDone(account, record, summary, remaining, search);
}

async function pickOccurrences(
  account: AskedAccount,
  { old }: ReplacedKey,
  { occurrences, unread }: SearchResult,
  doubtful: ReadonlyMap<string, Doubt>,
): Promise<KeyOccurrence[]> {
  const t = vscode.l10n.t;
  const readOnly = await readOnlyFiles(occurrences.map(({ uri }) => uri));
  const doubtOf = ({ template, match }: KeyOccurrence) => (template ? "template" : doubtful.get(match));
  const items = occurrences.map((occurrence) => ({
    label: `${relativePath(occurrence.uri)}:${occurrence.line}`,
    description: `${textBefore(occurrence)}${old.label}`,
    detail: [
      occurrence.dirty && t("Has unsaved changes, which will be saved too"),
      readOnly.has(occurrence.uri.toString()) && t("Read-only"),
      doubtText(doubtOf(occurrence)),
      occurrence.outside && t("Link to a file outside the workspace: {0}", safeLabel(occurrence.outside)),
    ]
      .filter(Boolean)
      .join(" · "),
    value: occurrence,
  }));
  const placeholder = [t("Select the occurrences to replace"), unreadText(unread)].filter(Boolean).join(". ");
  const title = t("The old key of {0}: {1}", safeLabel(old.name), occurrencesText(occurrences.length));
  const checked = (one: KeyOccurrence) => !doubtOf(one) && !one.outside;
  const chosen = await pickMany({ title, account, canGoBack: true }, { items, placeholder, checked });
  return chosen === BACK ? [] : chosen;
}

async function confirmDone(
  account: AskedAccount,
  { old }: ReplacedKey,
  summary: string,
  remaining: readonly KeyOccurrence[],
  { unread }: SearchResult,
): Promise<boolean> {
  const t = vscode.l10n.t;
  const done = t("Done");
  const places = remaining.map(({ uri, line }) => `${relativePath(uri)}:${line}`);
  const detail = [
    remaining.length > 0 &&
      t("Not replaced: {0} of the old key ({1}).", occurrencesText(remaining.length), pathsText(places)),
    unreadText(unread),
    t("Old key: {0}.", describeKey(undefined, old)),
    t(
      "Restart the applications that read these files. Done deletes VS Code's copy of the secret; Cancel returns to the other options.",
    ),
  ];
  const safe = t("Not Yet");
  return (await askModal(account, summary, { detail, buttons: [done], safe, severity: "information" })) === done;
}

/** Shows a warning; the choice of delivery methods opens again. VS Code cuts off long messages without a button. */
function warn(sentences: (string | false)[], action?: string, run?: () => Thenable<unknown>): false {
  const text = safeLabel(sentences.filter(Boolean).join(" "));
  void vscode.window.showWarningMessage(text, ...(action ? [action] : [])).then((answer) => answer && run?.());
  return false;
}

const urisOf = ({ foundIn = [] }: ReplacedKey) => foundIn.map((uri) => vscode.Uri.parse(uri));

async function openFiles(files: readonly FailedFile[]): Promise<void> {
  for (const { uri } of files)
    await vscode.window.showTextDocument(uri, { preview: false }).then(undefined, () => undefined);
}

function searchedText(): string {
  return vscode.l10n.t("Searched: {0}.", rotationFilesGlob());
}

/** Returns the end of the text before the key, usually a variable name. */
function textBefore(occurrence: KeyOccurrence): string {
  const text = redact(occurrence.textBefore).trimStart();
  return safeLabel(text.length > 40 ? `…${text.slice(-39)}` : text);
}
