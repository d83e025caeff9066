import * as vscode from "vscode";
import {
  createGuardrailPatch,
  type FieldChange,
  formatChange,
  formatGuardrailDocument,
  type Guardrail,
  type GuardrailFields,
  type GuardrailPatch,
  getEditableFields,
  hasIncompleteLimit,
  NotFoundError,
  oneLine,
  parseGuardrailDocument,
  readGuardrail,
  redact,
  updateGuardrail,
} from "../../../openrouter/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { describeGuardrail } from "../../data/describeKey.ts";
import { guardrailName } from "../../data/guardrailNames.ts";
import { titleWithAccount } from "../../platform/accountText.ts";
import { confirm } from "../../platform/dialogs.ts";
import { errorLogText, errorText } from "../../platform/errorText.ts";
import type { Log } from "../../platform/log.ts";
import type { Diffs } from "../../ui/diffs.ts";
import { warnOfDifferences } from "../../ui/warnOfDifferences.ts";
import { showGuardrail } from "../allGuardrails.ts";
import { bindingsById, bindsNothing } from "../bindings.ts";
import { boundKeys } from "../boundKeys.ts";
import { effectText } from "../labels.ts";
import { spentWarnings } from "../spentWarnings.ts";
import { accountChangedText, type LoadedGuardrail, saveRefused } from "./documentFiles.ts";
import { isSameChange } from "./sameChange.ts";

interface Save {
  opened: LoadedGuardrail;
  text: string;
  /** Undefined if VS Code didn't report it. */
  reason: vscode.TextDocumentSaveReason | undefined;
}

/**
 * Shows the changes in a saved document and sends only those after the user confirms.
 * @returns the current guardrail
 * @throws Error when nothing was sent or the request failed; the document keeps its unsaved changes
 */
export async function saveDocument(
  { diffs, log }: { diffs: Diffs; log: Log },
  uri: vscode.Uri,
  { opened: { guardrail: opened, session }, text, reason }: Save,
): Promise<Guardrail> {
  const t = vscode.l10n.t;
  if (reason !== undefined && reason !== vscode.TextDocumentSaveReason.Manual)
    throw saveRefused(
      t("Auto Save doesn't send anything to OpenRouter. Save the document manually to review the changes."),
    );
  const parsed = parseGuardrailDocument(text, getEditableFields(opened));
  if ("problem" in parsed) throw saveRefused(problemText(parsed.problem));
  try {
    const saved = await sendDocument(session, opened, parsed.fields, (now, patch) =>
      confirmChange(session, diffs, uri, now, patch),
    );
    showGuardrail(session, saved);
    return saved;
  } catch (error) {
    throw failedSave(session, log, error);
  }
}

/**
 * Asks the user, then reads the guardrail again. Repeats the question if a field to be sent has changed at OpenRouter
 * since: a PATCH replaces whole lists. `GET`, then `PATCH /guardrails/{id}`
 */
async function sendDocument(
  session: AccountSession,
  opened: Guardrail,
  wanted: GuardrailFields,
  confirmPatch: (now: Guardrail, patch: GuardrailPatch) => Promise<boolean>,
): Promise<Guardrail> {
  const t = vscode.l10n.t;
  const { client } = session;
  let confirmed: { now: Guardrail; patch: GuardrailPatch } | undefined;
  for (;;) {
    const now = await readGuardrail(client, opened.id);
    const patch = createGuardrailPatch(opened, wanted, now);
    if (patch.changes.length === 0) {
      if (patch.omittedFields.length) void vscode.window.showInformationMessage(omittedFieldsText(patch));
      return now;
    }
    if (patch.body.limit_usd !== undefined && hasIncompleteLimit(patch.body))
      throw saveRefused(t("Nothing was sent. {0}", t("Set both limit_usd and reset_interval, or set both to null.")));
    if (confirmed && isSameChange(confirmed, { now, patch })) {
      const changed = await updateGuardrail(client, opened.id, patch.body);
      void warnOfDifferences(guardrailName(changed, session), patch.body, changed);
      return changed;
    }
    if (!(await confirmPatch(now, patch)))
      throw saveRefused(t("Nothing was sent. Your changes are still in the document."));
    confirmed = { now, patch };
  }
}

async function confirmChange(
  session: AccountSession,
  diffs: Diffs,
  uri: vscode.Uri,
  now: Guardrail,
  patch: GuardrailPatch,
): Promise<boolean> {
  const t = vscode.l10n.t;
  const before = getEditableFields(now);
  const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  const close = await diffs.show({
    title: titleWithAccount(t("{0} (at OpenRouter ↔ after saving)", name), session),
    name,
    before: formatGuardrailDocument(before),
    after: formatGuardrailDocument({ ...before, ...patch.body }),
  });
  try {
    const question = t("Change {0} at OpenRouter?", describeGuardrail(session, now));
    const warnings = await limitWarnings(session, now, patch);
    return await confirm(session, question, t("Apply"), [...questionDetail(session, now, patch), ...warnings]);
  } finally {
    await close();
  }
}

/** Warns if keys have already spent the new limit. */
async function limitWarnings(session: AccountSession, now: Guardrail, { body }: GuardrailPatch): Promise<string[]> {
  if (body.limit_usd == null) return [];
  const { keys } = await boundKeys(session, now.id);
  return spentWarnings(session, keys, { ...now, ...body });
}

function questionDetail({ data }: AccountSession, now: Guardrail, patch: GuardrailPatch) {
  const t = vscode.l10n.t;
  const known = data.guardrails.current?.value;
  const bindings = known && bindingsById(known)(now.id);
  const changed = new Set(patch.changes.map(({ field }) => field));
  const lines = (changes: FieldChange[]) => changes.map((change) => oneLine(formatChange(change)));
  const keptChanges = patch.remoteChanges.filter(({ field }) => !changed.has(field));
  return [
    lines(patch.changes).join("\n"),
    keptChanges.length > 0 &&
      [t("Changed at OpenRouter since you opened it (kept):"), ...lines(keptChanges)].join("\n"),
    patch.remoteChanges.length > keptChanges.length &&
      t(
        "Some of these fields were also changed at OpenRouter since you opened it; the document's values replace them.",
      ),
    bindings && !bindsNothing(bindings) && effectText(bindings),
    patch.omittedFields.length > 0 && omittedFieldsText(patch),
  ];
}

function omittedFieldsText({ omittedFields }: GuardrailPatch): string {
  return vscode.l10n.t(
    "Fields missing from the document stay unchanged: {0}. Set a field to null to clear it.",
    omittedFields.join(", "),
  );
}

function problemText({ line, field, message }: { line?: number; field?: string; message: string }): string {
  const t = vscode.l10n.t;
  const text = oneLine(message, redact);
  const problem = field ? t("{0}: {1}", field, text) : text;
  return line === undefined ? t("Nothing was sent. {0}", problem) : t("Nothing was sent. Line {0}: {1}", line, problem);
}

/** Logs a failed save and returns the error for VS Code to show. */
function failedSave({ signal }: AccountSession, log: Log, error: unknown): Error {
  log.error(`Saving a guardrail failed: ${errorLogText(error)}`);
  return saveRefused(failedSaveText(signal, error));
}

function failedSaveText(ended: AbortSignal, error: unknown): string {
  if (error === ended.reason) return accountChangedText();
  if (error instanceof NotFoundError)
    return vscode.l10n.t(
      "The guardrail isn't in the current account. It was deleted or belongs to another account. Your changes are still in the document.",
    );
  return redact(errorText(error));
}
