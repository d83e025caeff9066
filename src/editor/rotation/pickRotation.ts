import * as vscode from "vscode";
import type { Rotation } from "../../openrouter/rotation/index.ts";
import type { App } from "../app.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { isUnfinished, labelsText, missingText, nextText, rotationLabel } from "./rotationText.ts";

interface PickOptions {
  title: string;
  /** Which rotations the command can do something with. */
  fits(record: Rotation): boolean;
  /** Said where there is none. */
  none: string;
}

/** The rotation of the row or button that a command was run on, else of the selected row, else one that is picked. */
export async function rotationFor(app: App, target: unknown, options: PickOptions): Promise<Rotation> {
  await app.rotations.journal.reload();
  await app.data.keys.ensure();
  if (!app.data.keys.current)
    throw new Error(app.data.keys.failure ?? vscode.l10n.t("There is no account yet: set a key first."));
  const fitting = app.rotations.list().filter(options.fits);
  const asked = idOf(target);
  const given = fitting.find(({ id }) => id === (asked ?? selected(app)));
  if (given) return given;
  if (asked) return tell(vscode.l10n.t("This rotation has gone on meanwhile, perhaps in another window."));
  if (fitting.length === 0) return tell(options.none);
  const items = fitting.map((record) => ({
    label: rotationLabel(record),
    description: labelsText(record),
    detail: isUnfinished(record) ? missingText(record) : nextText(record, false),
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
  return (target as { rotation?: Rotation } | undefined)?.rotation?.id;
}

function selected(app: App): string | undefined {
  const { tree } = app.views.keys;
  return tree.visible ? idOf(tree.selection[0]) : undefined;
}
