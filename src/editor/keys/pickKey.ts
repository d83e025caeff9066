import * as vscode from "vscode";
import { getKeyStatus, type Key, shortLabel } from "../../openrouter/index.ts";
import { nameComparator } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { keyName, workspaceNames } from "../data/names.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import type { KeyList } from "./keyList.ts";
import type { KeyNode } from "./keyRows.ts";
import { spendText, statusSuffix } from "./keyText.ts";

interface PickKeyOptions {
  title: string;
  /** Which keys the command can do something with. */
  only?(key: Key): boolean;
  /** Asked where the selected row is taken and the command asks nothing more. */
  confirm?(key: Key): Promise<boolean>;
}

/** The key of the row that a command was run on, else of the selected row, else one that the person picks. */
export async function keyFor(
  list: KeyList,
  session: AccountSession,
  target: unknown,
  options: PickKeyOptions,
): Promise<Key> {
  const fits = options.only ?? (() => true);
  const given = nodeOf(target)?.key;
  if (given && !fits(given))
    throw new Error(vscode.l10n.t("{0} is already set this way; nothing was sent.", keyName(given)));
  if (given) return given;
  const known = selected(list, session);
  if (known && fits(known)) {
    if ((await options.confirm?.(known)) ?? true) return known;
    throw new vscode.CancellationError();
  }
  const picked = await pickOne(
    { title: options.title },
    { items: keyPickItems(session, options.only), placeholder: vscode.l10n.t("Which key?") },
  );
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}

/** All keys as rows of a picker, once they are read. @throws Error when they could not be read, or none fits */
export async function keyPickItems(
  { data: { keys } }: AccountSession,
  only: (key: Key) => boolean = () => true,
): Promise<PickItem<Key>[]> {
  await keys.ensure();
  if (!keys.current) throw new Error(keys.failure ?? vscode.l10n.t("The keys could not be read."));
  const { value } = keys.current;
  const workspaces = workspaceNames(value.workspaces);
  const several = workspaces.size > 1;
  const order = nameComparator(vscode.env.language);
  const fitting = value.keys.filter(only).sort((a, b) => order(a.name, b.name));
  if (fitting.length === 0) throw new Error(vscode.l10n.t("No key fits this command."));
  return fitting.map((key) => ({
    label: keyName(key),
    description: [shortLabel(key.label), several && workspaces.get(key.workspace_id ?? "")].filter(Boolean).join(" · "),
    detail: `${spendText(key)}${statusSuffix(key)}`,
    iconPath: new vscode.ThemeIcon(getKeyStatus(key) === "active" ? "key" : "circle-slash"),
    value: key,
  }));
}

/** @throws Error when the key was deleted since the person was asked about it */
export function requireKeyExists({ data }: AccountSession, key: Key): void {
  if (data.keys.current?.value.keys.some(({ hash }) => hash === key.hash)) return;
  throw new Error(
    vscode.l10n.t("{0} is no longer in the current account. Nothing was sent; refresh the view.", keyName(key)),
  );
}

function nodeOf(target: unknown): Partial<KeyNode> | undefined {
  return (target ?? undefined) as Partial<KeyNode> | undefined;
}

/** A row of another account may still be selected while the view is drawn anew. */
function selected({ tree }: KeyList, session: AccountSession): Key | undefined {
  const node = tree.visible ? nodeOf(tree.selection[0]) : undefined;
  return node?.session === session ? node.key : undefined;
}
