import * as vscode from "vscode";
import { isLoopback } from "../../openrouter/http/origin.ts";
import {
  createClient,
  isSameAccount,
  type KnownWorkspaces,
  readWorkspaceIds,
  requireManagementKey,
} from "../../openrouter/index.ts";
import { managementKeysUrl } from "../../openrouter/links.ts";
import { askModal } from "../platform/dialogs.ts";
import { fetchOptions } from "../platform/extraCertificates.ts";
import { quoted } from "../platform/quoted.ts";
import { baseUrlSetting } from "../platform/settings.ts";
import type { Account } from "./account.ts";
import { usableName } from "./accountNames.ts";
import { askName } from "./accountTexts.ts";
import { promptForKey } from "./keyPrompt.ts";
import { offerServer } from "./offerServer.ts";
import { DEFAULT_NAME, type StoredProfile } from "./profileList.ts";

interface VerifiedKey {
  key: string;
  workspaces: KnownWorkspaces | undefined;
  /** The stored accounts that the key belongs to, or may belong to. */
  owners: { profile: StoredProfile; isCertain: boolean }[];
  others: readonly StoredProfile[];
}

type Result = { kind: "first" } | { kind: "added" | "replaced" | "known"; name: string };

/**
 * Asks for a key until it is a valid management key, then stores it. From the second account on it asks whether the key
 * replaces that of a stored account, or for the name of the new account.
 * @returns true if the key is stored
 * @throws OriginError if the origin policy rejects the configured base URL
 */
export async function setKey(account: Account, userAgent: string): Promise<boolean> {
  return (await askForKey(account, userAgent)) !== undefined;
}

async function askForKey(account: Account, userAgent: string): Promise<Result | undefined> {
  const clientFor = (key: string) => createClient({ key, baseUrl: baseUrlSetting(), userAgent, fetchOptions });
  clientFor(""); // fails before the prompt if the base URL is not allowed
  let result: Result | undefined;
  let verified: VerifiedKey | undefined;
  const isVerified = await promptForKey(async (key, signal) => {
    const client = clientFor(key);
    await requireManagementKey(client, { signal });
    const { own, current } = await account.choices();
    const stored = own.filter(({ source }) => source === "stored");
    const profiles = stored.map(({ profile }) => profile);
    const keys = await Promise.all(profiles.map(({ id }) => account.storedKey(id)));
    const known = profiles[keys.indexOf(key)];
    if (signal.aborted) return;
    if (known) {
      if (current?.choice === known.id) account.restart();
      else await account.use(known.id);
      result = { kind: "known", name: known.name };
      return;
    }
    const workspaces = await readWorkspaceIds(client, { signal });
    if (signal.aborted) return;
    if (profiles.length === 0) {
      await account.add({ key, name: DEFAULT_NAME, workspaces });
      result = { kind: "first" };
      return;
    }
    // A server on this computer gets the entered key, but not those of the other accounts.
    const canAsk = !isLoopback(new URL(client.baseUrl).hostname);
    const ask = (key = "") => (canAsk ? readWorkspaceIds(clientFor(key), { signal }) : undefined);
    const owners = await Promise.all(
      profiles.map(async (profile, index) => {
        const isKnown = profile.workspaces?.baseUrl === client.baseUrl;
        const own = isKnown ? profile.workspaces : await ask(keys[index]);
        const isSame = isSameAccount(workspaces, own);
        return isSame === false ? [] : [{ profile, isCertain: isSame === true }];
      }),
    );
    verified = { key, workspaces, owners: owners.flat(), others: profiles };
  });
  if (!isVerified) return undefined;
  return result ?? (verified && (await store(account, verified)));
}

async function store(account: Account, { key, workspaces, owners, others }: VerifiedKey): Promise<Result | undefined> {
  const certain = owners.filter(({ isCertain }) => isCertain);
  const isCertain = certain.length > 0;
  const replaced = owners.length > 0 ? await askOwner(isCertain ? certain : owners) : "none";
  if (replaced === undefined) return cancelled();
  if (replaced !== "none" && !isCertain && !(await confirmReplacement(replaced))) return cancelled();
  // If another window has removed the account, the key is stored as a new one.
  if (replaced !== "none" && (await account.replaceKey(replaced.id, key, workspaces)))
    return { kind: "replaced", name: replaced.name };
  const title = vscode.l10n.t("Name the New Account");
  const name = await askName(title, { value: usableName(DEFAULT_NAME, others), others });
  if (name === undefined) return cancelled();
  const added = await account.add({ key, name, workspaces });
  return { kind: "added", name: added.name };
}

function cancelled(): undefined {
  void vscode.window.showInformationMessage(vscode.l10n.t("The key was not saved."));
  return undefined;
}

/** Asks whether the key replaces that of an account. @returns undefined when closed */
async function askOwner(owners: VerifiedKey["owners"]): Promise<StoredProfile | "none" | undefined> {
  const t = vscode.l10n.t;
  const [first] = owners;
  const isCertain = first?.isCertain === true;
  const replacements = owners.map(({ profile }) => ({
    label: t("Replace the Key of {0}", quoted(profile.name)),
    detail: t("Keeps the account's pending rotations, stored secrets and agent changes."),
    iconPath: new vscode.ThemeIcon("key"),
    owner: profile as StoredProfile | "none",
  }));
  const addition = {
    label: t("Add Another Account"),
    detail: isCertain
      ? t("Keeps both keys of this OpenRouter account, under two names.")
      : t("Keeps all other accounts and their keys."),
    iconPath: new vscode.ThemeIcon("add"),
    owner: "none" as const,
  };
  // Enter must not replace a key that may be another account's.
  const items = isCertain ? [...replacements, addition] : [addition, ...replacements];
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Set Provisioning (Management) Key"),
    placeHolder:
      isCertain && first
        ? t("The key belongs to the same OpenRouter account as {0}.", quoted(first.profile.name))
        : t("VS Code can't tell whether the key belongs to an account that is already stored."),
    ignoreFocusOut: true,
  });
  return chosen?.owner;
}

/** Asks before a key is replaced that may be another account's: nothing can bring it back. */
async function confirmReplacement({ name }: StoredProfile): Promise<boolean> {
  const t = vscode.l10n.t;
  const [keep, replace] = [t("Keep Key"), t("Replace Key")];
  const detail = [
    t("OpenRouter never shows the current key again. VS Code can't tell whether the new one belongs to this account."),
  ];
  const question = t("Replace the key of {0}?", quoted(name));
  return (await askModal({ name, source: "stored" }, question, { detail, buttons: [replace], safe: keep })) === replace;
}

/** Runs Set Key, then says what happened and offers to start the MCP server. */
export async function setKeyCommand(account: Account, userAgent: string): Promise<void> {
  const result = await askForKey(account, userAgent);
  if (result) void showResult(result);
}

async function showResult(result: Result): Promise<void> {
  if (result.kind === "first") await offerServer();
  else await vscode.window.showInformationMessage(resultText(result));
}

function resultText(result: Exclude<Result, { kind: "first" }>): string {
  const t = vscode.l10n.t;
  switch (result.kind) {
    case "added":
      return t("The account {0} was added and is now in use. The other accounts keep their keys.", quoted(result.name));
    case "replaced":
      return t(
        "The key of {0} was replaced. The old key stays valid; to revoke it, go to {1}",
        quoted(result.name),
        managementKeysUrl,
      );
    case "known":
      return t("The key of {0} was already stored. The account is now in use.", quoted(result.name));
  }
}
