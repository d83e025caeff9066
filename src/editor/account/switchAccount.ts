import * as vscode from "vscode";
import { quoted } from "../platform/quoted.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import type { Account, AccountChoice, AccountChoices } from "./account.ts";
import { accountIcon } from "./accountIcon.ts";

interface Item extends vscode.QuickPickItem {
  run?: () => Promise<void>;
  account?: AccountChoice;
}

export interface SwitchActions {
  addAccount(): Promise<void>;
  exploreSample(): Promise<void>;
  renameAccount(id?: string): Promise<void>;
  removeAccount(id?: string): Promise<void>;
}

/**
 * Lets the user pick the account in use, or add, rename and remove accounts.
 * @param wanted the name or id of an account, from a keybinding: switches without asking
 */
export async function switchAccount(account: Account, actions: SwitchActions, wanted?: unknown): Promise<void> {
  const t = vscode.l10n.t;
  if (typeof wanted === "string") return switchTo(account, actions, wanted);
  const rename = { iconPath: new vscode.ThemeIcon("edit"), tooltip: t("Rename Account") };
  const remove = { iconPath: new vscode.ThemeIcon("trash"), tooltip: t("Remove Account") };
  const choices = await account.choices();
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = t("Switch Account");
  pick.placeholder = t("Select the account for all windows");
  pick.matchOnDescription = true;
  const items = switchItems(account, choices, actions);
  pick.items = items.map((item) => (item.account?.source === "stored" ? { ...item, buttons: [rename, remove] } : item));
  const active = pick.items.filter((item) => item.account && item.account.choice === choices.current?.choice);
  pick.activeItems = active;

  const { promise, resolve } = Promise.withResolvers<(() => Promise<void>) | undefined>();
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    if (item) resolve(item.run);
  });
  pick.onDidTriggerItemButton(({ item, button }) => {
    const id = item.account?.profile.id;
    if (id !== undefined) resolve(() => (button === rename ? actions.renameAccount(id) : actions.removeAccount(id)));
  });
  pick.onDidHide(() => resolve(undefined));
  pick.show();
  const run = await promise.finally(() => pick.dispose());
  await run?.();
}

/** @throws Error if there is no such account */
async function switchTo(account: Account, actions: SwitchActions, wanted: string): Promise<void> {
  const { own, sample, current } = await account.choices();
  const all = [...own, sample];
  const found = all.find(({ choice }) => choice === wanted) ?? all.find(({ profile }) => profile.name === wanted);
  if (!found) throw new Error(vscode.l10n.t("There is no account {0}.", quoted(wanted)));
  if (found.choice === current?.choice) return;
  await (found === sample ? actions.exploreSample() : account.use(found.choice));
  const text = vscode.l10n.t("All windows now use the account {0}", quoted(found.profile.name));
  vscode.window.setStatusBarMessage(text, 5_000);
}

function switchItems(account: Account, { own, sample, current }: AccountChoices, actions: SwitchActions): Item[] {
  const t = vscode.l10n.t;
  const describe = (choice: AccountChoice, about?: string) =>
    [choice.choice === current?.choice ? t("$(check) in use") : undefined, about].filter(Boolean).join(" · ");
  const isCurrent = (choice: AccountChoice) => choice.choice === current?.choice;
  return [
    ...own.map(
      (choice): Item => ({
        label: safeLabel(choice.profile.name),
        description: describe(choice, choice.source === "environment" ? t("environment variable") : undefined),
        iconPath: choice.source === "stored" ? accountIcon(choice.profile.color) : new vscode.ThemeIcon("terminal"),
        account: choice,
        run: async () => {
          if (!isCurrent(choice)) await account.use(choice.choice);
        },
      }),
    ),
    {
      label: sample.profile.name,
      description: describe(sample, t("sample account, invented data")),
      iconPath: new vscode.ThemeIcon("beaker"),
      account: sample,
      run: async () => {
        if (!isCurrent(sample)) await actions.exploreSample();
      },
    },
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    { label: t("Add Account…"), iconPath: new vscode.ThemeIcon("add"), run: actions.addAccount },
  ];
}
