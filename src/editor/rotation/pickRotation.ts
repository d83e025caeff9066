import * as vscode from "vscode";
import type { Rotation } from "../../openrouter/rotation/index.ts";
import { requireLive } from "../account/session.ts";
import type { AccountSession } from "../data/accountData.ts";
import type { KeyList } from "../keys/keyList.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { isUnfinished, labelsText, missingStepText, nextStepText, rotationLabel } from "./rotationText.ts";
import type { RotationNode } from "./rows/rotationRows.ts";
import type { RotationServices } from "./services.ts";

interface PickOptions {
  title: string;
  /** Which rotations the command can do something with. */
  fits(record: Rotation): boolean;
  /** Said where there is none. */
  none: string;
}

/** The rotation of the row or button that a command was run on, else of the selected row, else one that is picked. */
export async function rotationFor(
  { keys: list, registry }: RotationServices,
  session: AccountSession,
  target: unknown,
  options: PickOptions,
): Promise<Rotation> {
  const { keys } = session.data;
  await registry.reload();
  await keys.ensure();
  requireLive(session);
  if (!keys.current) throw new Error(keys.failure ?? vscode.l10n.t("The keys could not be read."));
  const fitting = registry.list(session).filter(options.fits);
  const asked = idOf(target);
  const given = fitting.find(({ id }) => id === (asked ?? selected(list, session)));
  if (given) return given;
  if (asked) return tell(vscode.l10n.t("This rotation has gone on meanwhile, perhaps in another window."));
  if (fitting.length === 0) return tell(options.none);
  const items = fitting.map((record) => ({
    label: rotationLabel(record),
    description: labelsText(record),
    detail: isUnfinished(record) ? missingStepText(record) : nextStepText(record, false),
    value: record,
  }));
  const picked = await pickOne({ title: options.title }, { items, placeholder: vscode.l10n.t("Which rotation?") });
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}

/** Said, not failed: there is nothing to retry. */
function tell(text: string): never {
  void vscode.window.showInformationMessage(text);
  throw new vscode.CancellationError();
}

function idOf(target: unknown): string | undefined {
  return (target as Partial<RotationNode> | undefined)?.rotation?.id;
}

/** A row of another account may still be selected while the view is drawn anew. */
function selected({ tree }: KeyList, session: AccountSession): string | undefined {
  const node = tree.visible ? (tree.selection[0] as Partial<RotationNode> | undefined) : undefined;
  return node?.session === session ? idOf(node) : undefined;
}
