import * as vscode from "vscode";
import type { LeakPlace } from "../../leaks/model.ts";
import type { Key } from "../../openrouter/index.ts";
import type { MaskedSecret } from "../../openrouter/text/maskedSecret.ts";
import type { AccountSession } from "../data/accountData.ts";
import { describeKey } from "../data/describeKey.ts";
import { keyPickItems } from "../keys/pickKey.ts";
import { confirm } from "../platform/dialogs.ts";
import { commandIds } from "../platform/ids.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { createMatcher } from "./match.ts";
import type { LeakServices } from "./services.ts";

type CureServices = Pick<LeakServices, "sessions" | "account">;

/** A secret that is to be made worthless. */
export interface LeakedKey {
  secret: MaskedSecret;
  /** URIs of files that contain it, to be replaced together with those of the setting `rotation.files`. */
  files: readonly string[];
  /** The keys that it can belong to, perhaps none, if that is known better than by the label. */
  candidates?: readonly Key[];
}

/** Rotates the key that a secret belongs to, in the account in use; its files are offered by Replace in Files. */
export async function rotateLeakedKey(services: CureServices, leaked: LeakedKey): Promise<void> {
  const target = await findKey(services, leaked, vscode.l10n.t("Rotate Key"));
  await vscode.commands.executeCommand(commandIds.rotateKey, { ...target, foundIn: leaked.files });
}

/** Disables the key that a secret belongs to, in the account in use. @param asks true unless the user chose this very key */
export async function disableLeakedKey(
  services: CureServices,
  leaked: LeakedKey,
  { asks }: { asks: boolean },
): Promise<void> {
  const t = vscode.l10n.t;
  const target = await findKey(services, leaked, t("Disable Key"));
  const { key, session } = target;
  const name = describeKey(session, key);
  if (key.disabled) return void vscode.window.showInformationMessage(safeLabel(t("{0} is already disabled.", name)));
  const detail = [
    t("Requests with this key will be rejected until it is enabled again."),
    t("It has the label of the found key, {0}. Other keys may have it, too.", leaked.secret.label),
  ];
  if (asks && !(await confirm(session, t("Disable {0}?", name), t("Disable Key"), detail, t("Keep Active")))) return;
  await vscode.commands.executeCommand(commandIds.disableKey, target);
}

/**
 * Warns of a management key that is stored, with which nothing can be done here.
 * @throws vscode.CancellationError if the secret is one; Error if the stored ones can't be read
 */
export async function refuseManagementKey(
  account: CureServices["account"],
  secret: MaskedSecret,
  places: readonly LeakPlace[] = [],
): Promise<void> {
  const { ownManagementKeys } = await import("./ownKeys.ts");
  const managementOf = (await ownManagementKeys(account)).get(secret.reveal());
  if (!managementOf) return;
  const { warnOfManagementKey } = await import("./management.ts");
  await warnOfManagementKey({ secret, places, managementOf });
  throw new vscode.CancellationError();
}

/**
 * Finds the key of a secret by its label. Asks which one it is if several have it.
 * @throws Error if it is none of the account's keys, or they couldn't be read; NoAccountError when signed out
 */
export async function findKey(
  { sessions, account }: CureServices,
  { secret, candidates }: LeakedKey,
  title: string,
): Promise<{ key: Key; session: AccountSession }> {
  const t = vscode.l10n.t;
  await refuseManagementKey(account, secret);
  const session = await sessions.for();
  const { keys } = session.data;
  await keys.ensure();
  if (!keys.current) throw new Error(keys.failure ?? t("Couldn't load the keys."));
  const matching = candidates ?? createMatcher(keys.current.value.keys)(secret.reveal());
  const hashes = new Set(matching.map(({ hash }) => hash));
  const found = keys.current.value.keys.filter(({ hash }) => hashes.has(hash));
  const [first, ...more] = found;
  if (!first && candidates && createMatcher(keys.current.value.keys)(secret.reveal()).length > 0)
    throw new Error(
      t("A key of this account has the label {0}, but OpenRouter's answer says that it is another one.", secret.label),
    );
  if (!first)
    throw new Error(
      t(
        "No key of this account has the label {0}. It may belong to another account, or have been deleted. Management keys aren't listed.",
        secret.label,
      ),
    );
  if (more.length === 0) return { key: first, session };
  const key = await pickOne(
    { title, account: session },
    {
      items: keyPickItems(session, (one) => hashes.has(one.hash)),
      placeholder: t("{0} keys have the label {1}: select the one that leaked", found.length, secret.label),
    },
  );
  if (key === BACK) throw new vscode.CancellationError();
  return { key, session };
}
