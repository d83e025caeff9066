import * as vscode from "vscode";
import { MAX_REASON } from "../../../leaks/baseline.ts";
import { findSecrets } from "../../../leaks/detect/findSecrets.ts";
import { MaskedSecret } from "../../../openrouter/text/maskedSecret.ts";
import { commandIds } from "../../platform/ids.ts";
import { reportErrors } from "../../platform/registerCommands.ts";
import { disableLeakedKey, rotateLeakedKey } from "../cure.ts";
import { findLeaks } from "./problems.ts";
import type { FoundPlace } from "./quickFixes.ts";
import type { LiveContext } from "./services.ts";
import { fileName, maskedSecret } from "./texts.ts";

/** Rotates the key of a found secret, in the account in use. Replace in Files offers the document, too. */
export async function rotateFoundKey(context: LiveContext, target: unknown): Promise<void> {
  const { secret, document } = await secretAt(context, target);
  const files = document.uri.scheme === "file" ? [document.uri.toString()] : [];
  await rotateLeakedKey(context, { secret: new MaskedSecret(secret), files });
}

/** Disables the key of a found secret after a confirmation. */
export async function disableFoundKey(context: LiveContext, target: unknown): Promise<void> {
  const { secret } = await secretAt(context, target);
  await disableLeakedKey(context, { secret: new MaskedSecret(secret), files: [] }, { asks: true });
}

/** Asks why the secret at a place of an open document is no leak, and adds it to the baseline. */
export async function markFalseAlarm(context: LiveContext, target: unknown): Promise<void> {
  const { secret, document } = await secretAt(context, target);
  if ((await context.identifier.read())(secret).kind === "management") throw ownManagementKey();
  await addToBaseline(context, secret, document.uri);
}

/** Why a management key of the user is never a false alarm. */
export const ownManagementKey = () =>
  new Error(
    vscode.l10n.t(
      "This is a management key of yours, and so no false alarm. Delete it at OpenRouter, and set another one.",
    ),
  );

/** Asks why a found secret is no leak, and adds it to the baseline of the folder that contains the file. */
export async function addToBaseline(
  context: Pick<LiveContext, "log" | "baselines">,
  secret: string,
  uri: vscode.Uri | undefined,
): Promise<void> {
  const t = vscode.l10n.t;
  const reason = await vscode.window.showInputBox({
    title: t("Mark as False Alarm"),
    prompt: t(
      "Why is {0} no leak? The reason is kept in a file of the folder, which can be committed.",
      maskedSecret(secret),
    ),
    placeHolder: t("For example: revoked long ago; made up for the documentation"),
    ignoreFocusOut: true,
    validateInput(text) {
      if (!text.trim()) return t("Enter a reason.");
      if (text.length > MAX_REASON) return t("At most {0} characters.", MAX_REASON);
      return findSecrets(text).length > 0 ? t("The reason must not contain a key.") : undefined;
    },
  });
  if (reason === undefined) throw new vscode.CancellationError();
  const { file, undo } = await context.baselines.add(secret, uri, reason.trim());
  const [open, restore] = [t("Open File"), t("Undo")];
  const done = t(
    "{0} is a false alarm from now on. {1} contains a salted hash of it.",
    maskedSecret(secret),
    fileName(file),
  );
  void vscode.window.showInformationMessage(done, open, restore).then((answer) =>
    reportErrors(context.log, commandIds.markFalseAlarm, async () => {
      if (answer === open) await vscode.window.showTextDocument(file);
      if (answer === restore && !(await undo()))
        throw new Error(t("{0} was changed since. Remove the entry yourself.", fileName(file)));
    }),
  );
}

/** Reads the secret at a place of an open document. @throws Error if there is none any more */
async function secretAt(
  context: LiveContext,
  target: unknown,
): Promise<{ secret: string; document: vscode.TextDocument }> {
  const place = target as FoundPlace;
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === place?.uri);
  const found = document && (await findLeaks(context, document));
  const [start, end] = [offsetAt(document, place?.start), offsetAt(document, place?.end)];
  const one = found?.find((secret) => secret.start < end && start < secret.end);
  if (document && one) return { secret: one.secret, document };
  throw new Error(vscode.l10n.t("There is no OpenRouter key at this place any more."));
}

function offsetAt(document: vscode.TextDocument | undefined, at: FoundPlace["start"] | undefined): number {
  return document && at ? document.offsetAt(new vscode.Position(at.line, at.character)) : -1;
}
