import * as vscode from "vscode";
import { getKeyStatus, type Key, shortLabel } from "../../openrouter/index.ts";
import { nameComparator } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { describeKey } from "../data/describeKey.ts";
import { keyName } from "../data/names.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
import { displayLocale } from "../platform/locale.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import type { KeyList } from "./keyList.ts";
import type { KeyNode } from "./keyRows.ts";
import { spendText, statusIcons, statusSuffix } from "./keyText.ts";

interface PickKeyOptions {
  title: string;
  /** True for the keys that the command applies to. */
  only?(key: Key): boolean;
  /** Asks before the selected row's key is used; set by commands that ask nothing else. */
  confirm?(key: Key): Promise<boolean>;
}

/** Returns the key of the row that the command was run on, else of the selected row, else one that the user picks. */
export async function keyFor(
  list: KeyList,
  session: AccountSession,
  target: unknown,
  options: PickKeyOptions,
): Promise<Key> {
  const applies = options.only ?? (() => true);
  const given = nodeOf(target)?.key;
  if (given && !applies(given))
    throw new Error(vscode.l10n.t("{0} is already set this way; nothing was sent.", describeKey(session, given)));
  if (given) return given;
  const selected = selectedKey(list, session);
  if (selected && applies(selected)) {
    if ((await options.confirm?.(selected)) ?? true) return selected;
    throw new vscode.CancellationError();
  }
  const picked = await pickOne(
    { title: options.title, account: session },
    { items: keyPickItems(session, options.only), placeholder: vscode.l10n.t("Select a key") },
  );
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}

/** Returns the keys as quick pick items, sorted by name. @throws Error if they could not be read, or none applies */
export async function keyPickItems(
  { data: { keys } }: AccountSession,
  only: (key: Key) => boolean = () => true,
): Promise<PickItem<Key>[]> {
  await keys.ensure();
  if (!keys.current) throw new Error(keys.failure ?? vscode.l10n.t("Couldn't load the keys."));
  const { value } = keys.current;
  const workspaces = workspaceNames(value.workspaces);
  const showWorkspace = workspaces.size > 1;
  const order = nameComparator(displayLocale());
  const matching = value.keys.filter(only).sort((a, b) => order(a.name, b.name));
  if (matching.length === 0) throw new Error(vscode.l10n.t("This command doesn't apply to any key."));
  return matching.map((key) => ({
    label: keyName(key),
    description: [shortLabel(key.label), showWorkspace && workspaces.get(key.workspace_id ?? "")]
      .filter(Boolean)
      .join(" · "),
    detail: `${spendText(key)}${statusSuffix(key)}`,
    iconPath: new vscode.ThemeIcon(statusIcons[getKeyStatus(key)]),
    value: key,
  }));
}

/** @throws Error if the key was deleted or the account switched while the user was asked */
export function requireKeyExists(session: AccountSession, key: Key): void {
  const { data } = session;
  if (data.keys.current?.value.keys.some(({ hash }) => hash === key.hash)) return;
  throw new Error(
    vscode.l10n.t(
      "{0} is no longer in the current account. Nothing was sent; refresh the view.",
      describeKey(session, key),
    ),
  );
}

function nodeOf(target: unknown): Partial<KeyNode> | undefined {
  return (target ?? undefined) as Partial<KeyNode> | undefined;
}

/** The selected row's key. Ignores a row of another account, which may stay selected until the view is redrawn. */
function selectedKey({ tree }: KeyList, session: AccountSession): Key | undefined {
  const node = tree.visible ? nodeOf(tree.selection[0]) : undefined;
  return node?.session === session ? node.key : undefined;
}
