import * as vscode from "vscode";
import {
  changeText,
  editableOf,
  type FieldChange,
  type Guardrail,
  type GuardrailPatch,
  getGuardrail,
  guardrailPatch,
  guardrailText,
  isHalfLimit,
  NotFoundError,
  oneLine,
  parseGuardrailDocument,
  redact,
  updateGuardrail,
} from "../../../openrouter/index.ts";
import { type App, clientOf } from "../../app.ts";
import { withGuardrail } from "../../data/updates.ts";
import { errorText } from "../../platform/errorText.ts";
import { warnOfDifferences } from "../../ui/warnOfDifferences.ts";
import { bindingsById, bindsNothing } from "../facts.ts";
import { effectText, guardrailName } from "../words.ts";
import type { Previews } from "./previews.ts";
import { refusal } from "./refusal.ts";

interface Save {
  opened: Guardrail;
  text: string;
  /** Undefined where VS Code did not say. */
  reason: vscode.TextDocumentSaveReason | undefined;
}

/**
 * Shows what a saved document changes and, once the person agrees, sends that alone. `GET`, then `PATCH /guardrails/{id}`
 * @returns the guardrail as it is now
 * @throws Error when nothing was sent or it failed: the document keeps its unsaved changes
 */
export async function saveDocument(
  app: App,
  previews: Previews,
  uri: vscode.Uri,
  { opened, text, reason }: Save,
): Promise<Guardrail> {
  const t = vscode.l10n.t;
  if (reason !== undefined && reason !== vscode.TextDocumentSaveReason.Manual)
    throw refusal(t("Nothing is sent to OpenRouter by itself. Save the document yourself to see what would change."));
  const parsed = parseGuardrailDocument(text, editableOf(opened));
  if ("problem" in parsed) throw refusal(problemText(parsed.problem));
  try {
    const client = await clientOf(app);
    const now = await getGuardrail(client, opened.id);
    const patch = guardrailPatch(opened, parsed.fields, now);
    if (patch.changes.length === 0) {
      if (patch.leftOut.length) void vscode.window.showInformationMessage(leftOutText(patch));
      app.data.guardrails.change(withGuardrail(now));
      return now;
    }
    if (patch.body.limit_usd !== undefined && isHalfLimit(patch.body))
      throw refusal(
        t("Nothing was sent. {0}", t("limit_usd and reset_interval can only be set together, or both be null.")),
      );
    if (!(await agreed(app, previews, uri, now, patch)))
      throw refusal(t("Nothing was sent, as you chose. The document keeps your changes."));
    const changed = await updateGuardrail(client, opened.id, patch.body);
    app.data.guardrails.change(withGuardrail(changed));
    void warnOfDifferences(guardrailName(changed), patch.body, changed);
    return changed;
  } catch (error) {
    throw told(app, error);
  }
}

async function agreed(
  app: App,
  previews: Previews,
  uri: vscode.Uri,
  now: Guardrail,
  patch: GuardrailPatch,
): Promise<boolean> {
  const t = vscode.l10n.t;
  const before = editableOf(now);
  const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  const close = await previews.show(name, guardrailText(before), guardrailText({ ...before, ...patch.body }));
  try {
    const apply = t("Apply");
    const question = t("Change {0} at OpenRouter?", guardrailName(now));
    const options = { modal: true, detail: questionDetail(app, now, patch) };
    return (await vscode.window.showWarningMessage(question, options, apply)) === apply;
  } finally {
    await close();
  }
}

function questionDetail(app: App, now: Guardrail, patch: GuardrailPatch): string {
  const t = vscode.l10n.t;
  const data = app.data.guardrails.current?.value;
  const bindings = data && bindingsById(data)(now.id);
  const changed = new Set(patch.changes.map(({ field }) => field));
  const lines = (changes: FieldChange[]) => changes.map((change) => oneLine(changeText(change)));
  const kept = patch.theirs.filter(({ field }) => !changed.has(field));
  return [
    lines(patch.changes).join("\n"),
    ...(kept.length ? [[t("Changed at OpenRouter since you opened it; this stays:"), ...lines(kept)].join("\n")] : []),
    ...(patch.theirs.length > kept.length
      ? [t("Fields that you changed were changed at OpenRouter, too, since you opened it.")]
      : []),
    ...(bindings && !bindsNothing(bindings) ? [effectText(bindings)] : []),
    ...(patch.leftOut.length ? [leftOutText(patch)] : []),
  ].join("\n\n");
}

function leftOutText({ leftOut }: GuardrailPatch): string {
  return vscode.l10n.t("Left out, and so left as it is: {0}. Write null to clear a field.", leftOut.join(", "));
}

function problemText({ line, field, message }: { line?: number; field?: string; message: string }): string {
  const t = vscode.l10n.t;
  const text = oneLine(redact(message));
  const what = field ? t("{0}: {1}", field, text) : text;
  return line === undefined ? t("Nothing was sent. {0}", what) : t("Nothing was sent. Line {0}: {1}", line, what);
}

/** VS Code shows an error's message, and nothing else of it. */
function told({ log }: App, error: unknown): Error {
  const t = vscode.l10n.t;
  const text =
    error instanceof NotFoundError
      ? t(
          "The account in use has no such guardrail: it was deleted, or is another account's. The document keeps your changes.",
        )
      : redact(errorText(error));
  log.error(`save of a guardrail: ${text}`);
  return refusal(text);
}
