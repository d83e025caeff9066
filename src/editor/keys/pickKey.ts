import * as vscode from "vscode";
import { byName } from "../../openrouter/format.ts";
import { type Key, keyStatus, shortLabel } from "../../openrouter/index.ts";
import type { App } from "../app.ts";
import { workspaceNames } from "../data/names.ts";
import type { Node } from "../ui/node.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import { type KeyNode, keyName } from "./keyRows.ts";
import { spendText, stateSuffix } from "./keyText.ts";

interface PickKeyOptions {
  title: string;
  /** Which keys the command can do something with. */
  only?(key: Key): boolean;
  /** Asked where the selected row is taken and the command asks nothing more. */
  confirm?(key: Key): Promise<boolean>;
}

/** The key of the row that a command was run on, else of the selected row, else one that the person picks. */
export async function keyFor(app: App, target: unknown, options: PickKeyOptions): Promise<Key> {
  const fits = options.only ?? (() => true);
  const given = keyOf(target);
  if (given && !fits(given)) throw new Error(vscode.l10n.t("{0} is so already: nothing was sent.", keyName(given)));
  if (given) return given;
  const known = selected(app);
  if (known && fits(known)) {
    if ((await options.confirm?.(known)) ?? true) return known;
    throw new vscode.CancellationError();
  }
  const picked = await pickOne(
    { title: options.title },
    { items: keyItems(app, options.only), placeholder: placeholder() },
  );
  if (typeof picked === "symbol") throw new vscode.CancellationError();
  return picked;
}

/** All keys as rows of a picker, once they are read. @throws Error when they could not be read, or none fits */
export async function keyItems(app: App, only: (key: Key) => boolean = () => true): Promise<PickItem<Key>[]> {
  const { keys } = app.data;
  await keys.ensure();
  if (!keys.current) throw new Error(keys.failure ?? vscode.l10n.t("There is no account yet: set a key first."));
  const { value } = keys.current;
  const workspaces = workspaceNames(value.workspaces);
  const several = workspaces.size > 1;
  const order = byName(vscode.env.language);
  const fitting = value.keys.filter(only).sort((a, b) => order(a.name, b.name));
  if (fitting.length === 0) throw new Error(vscode.l10n.t("No key fits this command."));
  return fitting.map((key) => ({
    label: keyName(key),
    description: [shortLabel(key.label), several && workspaces.get(key.workspace_id ?? "")].filter(Boolean).join(" · "),
    detail: `${spendText(key)}${stateSuffix(key)}`,
    iconPath: new vscode.ThemeIcon(keyStatus(key) === "active" ? "key" : "circle-slash"),
    value: key,
  }));
}

/** @throws Error when the account was changed, or the key deleted, since the person was asked about it */
export function requireKnown({ data }: App, key: Key): void {
  if (data.keys.current?.value.keys.some(({ hash }) => hash === key.hash)) return;
  throw new Error(
    vscode.l10n.t("{0} is not in the account in use any more. Nothing was sent; refresh the view.", keyName(key)),
  );
}

function placeholder(): string {
  return vscode.l10n.t("Which key?");
}

/** The row of the view as it is now may be newer than the one that a menu was opened on. */
function keyOf(target: unknown): Key | undefined {
  return (target as Partial<KeyNode> | undefined)?.key;
}

function selected(app: App): Key | undefined {
  const { tree } = app.views.keys;
  const [node] = tree.visible ? tree.selection : [];
  return keyOf(node as Node | undefined);
}
