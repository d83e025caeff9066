import * as vscode from "vscode";
import type { Rotation } from "../../openrouter/rotation/index.ts";
import { requireLive } from "../account/session.ts";
import type { AccountSession } from "../data/accountData.ts";
import type { KeyList } from "../keys/keyList.ts";
import type { AskedAccount } from "../platform/accountText.ts";
import { quoted } from "../platform/quoted.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { isUnfinished, labelsText, missingStepText, nextStepText, rotationLabel } from "./rotationText.ts";
import type { RotationNode } from "./rows/rotationRows.ts";
import type { RotationServices } from "./services.ts";

interface PickOptions {
  title: string;
  /** True for the rotations that the command applies to. */
  appliesTo(record: Rotation): boolean;
  /** Shown if the command applies to no rotation. */
  emptyMessage: string;
}

/** Returns the rotation of the row or button that the command was run on, else of the selected row, else a picked one. */
export async function rotationFor(
  { sessions, keys: list, registry }: RotationServices,
  session: AccountSession,
  target: unknown,
  options: PickOptions,
): Promise<Rotation> {
  const { keys } = session.data;
  await registry.reload();
  await keys.ensure();
  requireLive(session);
  if (!keys.current) throw new Error(keys.failure ?? vscode.l10n.t("Couldn't load the keys."));
  const applicable = registry.list(session).filter(options.appliesTo);
  const requested = idOf(target);
  const given = applicable.find(({ id }) => id === (requested ?? selectedId(list, session)));
  if (given) return given;
  // A notification of an account stays open after a switch to another one.
  const other = registry.journal.all().find(({ id }) => id === requested);
  if (other && registry.matchAccount(other.account, session) !== "current") {
    registry.offerAgain(other.id);
    return showAndCancel(otherAccountText(await sessions.accountOf(other.account)));
  }
  if (requested)
    return showAndCancel(vscode.l10n.t("This rotation has continued in the meantime, perhaps in another window."));
  if (applicable.length === 0) return showAndCancel(options.emptyMessage);
  const items = applicable.map((record) => ({
    label: rotationLabel(record),
    description: labelsText(record),
    detail: isUnfinished(record) ? missingStepText(record) : nextStepText(record, false),
    value: record,
  }));
  const picked = await pickOne(
    { title: options.title, account: session },
    { items, placeholder: vscode.l10n.t("Select a rotation") },
  );
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}

function otherAccountText(account: AskedAccount): string {
  const t = vscode.l10n.t;
  if (account === "removed") return t("This rotation belongs to an account that was removed.");
  if (typeof account === "string") return t("This rotation belongs to an account that is not in use.");
  return t("This rotation belongs to the account {0}. Switch to that account first.", quoted(account.name));
}

/** Shows a message and cancels the command. Not an error, because there is nothing to retry. */
function showAndCancel(text: string): never {
  void vscode.window.showInformationMessage(text);
  throw new vscode.CancellationError();
}

function idOf(target: unknown): string | undefined {
  return (target as Partial<RotationNode> | undefined)?.rotation?.id;
}

/** The selected row's rotation. Ignores a row of another account, which may stay selected until the view is redrawn. */
function selectedId({ tree }: KeyList, session: AccountSession): string | undefined {
  const node = tree.visible ? (tree.selection[0] as Partial<RotationNode> | undefined) : undefined;
  return node?.session === session ? idOf(node) : undefined;
}
