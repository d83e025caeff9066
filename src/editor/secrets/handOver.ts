import * as vscode from "vscode";
import type { HandedOver, KeyRef } from "../../openrouter/rotation/record.ts";
import { describeKey } from "../data/describeKey.ts";
import type { AskedAccount } from "../platform/accountText.ts";
import { askModal } from "../platform/dialogs.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import { undefinedIfCancelled } from "../ui/undefinedIfCancelled.ts";
import { BACK } from "../ui/wizard.ts";
import { offerToClearClipboard } from "./clipboard.ts";
import type { PendingSecrets } from "./pendingSecrets.ts";

/** One way to give a new secret to the user, as a row of the quick pick. */
export interface DeliveryMethod {
  kind: HandedOver;
  label: string;
  detail: string;
  icon: string;
  /** Resolves to true once the user confirms that they have the secret. */
  deliver(secret: string, account: AskedAccount): Promise<boolean>;
}

interface HandOverOptions {
  title: string;
  /** Offered in addition to Copy and Store in VS Code. */
  extraMethods?: DeliveryMethod[];
  /** Tried first, without asking; if it does not succeed, the quick pick opens. */
  preferred?: HandedOver;
  /** Records that the user has the secret; called before the secret is discarded. */
  acknowledge?(kind: HandedOver): Promise<void>;
}

/**
 * Offers the delivery methods until one succeeds, then discards the secret unless it is to be kept in VS Code.
 * @returns false if the user closed the quick pick; the secret then stays in SecretStorage
 */
export async function handOver(
  secrets: PendingSecrets,
  account: AskedAccount,
  key: KeyRef,
  { title, extraMethods = [], preferred, acknowledge }: HandOverOptions,
): Promise<boolean> {
  const secret = await secrets.get(key.hash);
  if (secret === undefined)
    throw new Error(vscode.l10n.t("The secret of {0} is no longer in VS Code's secret storage.", safeLabel(key.name)));
  const methods = [copyMethod(key), ...extraMethods, keepMethod(secrets, key)];
  const placeholder = vscode.l10n.t("OpenRouter shows this secret only once. Where should it go?");
  let chosen = methods.find(({ kind }) => kind === preferred);
  for (;;) {
    const method: DeliveryMethod | typeof BACK | undefined =
      chosen ??
      (await pickOne({ title, account }, { items: methods.map(toItem), placeholder }).catch(undefinedIfCancelled));
    chosen = undefined;
    if (!method) return false;
    if (method === BACK || !(await method.deliver(secret, account))) continue;
    await acknowledge?.(method.kind);
    if (secrets.stateOf(key.hash) !== "kept") await secrets.discard(key.hash);
    return true;
  }
}

function toItem(method: DeliveryMethod): PickItem<DeliveryMethod> {
  return { label: `$(${method.icon}) ${method.label}`, detail: method.detail, value: method };
}

function copyMethod(key: KeyRef): DeliveryMethod {
  return {
    kind: "copied",
    icon: "copy",
    label: vscode.l10n.t("Copy"),
    detail: vscode.l10n.t("Copies it to the clipboard, so that you can paste it into your application's settings"),
    async deliver(secret, account) {
      await vscode.env.clipboard.writeText(secret);
      const saved = vscode.l10n.t("I Have Saved It");
      const question = vscode.l10n.t("The secret of {0} is on the clipboard.", safeLabel(key.name));
      const detail = vscode.l10n.t(
        "Paste it into your application's settings. VS Code deletes its copy once you confirm that you saved it.",
      );
      const answer = await askModal(account, question, {
        detail: [detail, vscode.l10n.t("Key: {0}.", describeKey(undefined, key))],
        buttons: [saved],
        safe: vscode.l10n.t("Not Yet"),
        severity: "information",
      });
      if (answer !== saved) return false;
      void offerToClearClipboard(secret, account);
      return true;
    },
  };
}

function keepMethod(secrets: PendingSecrets, key: { hash: string; name: string }): DeliveryMethod {
  return {
    kind: "kept",
    icon: "lock",
    label: vscode.l10n.t("Store in VS Code"),
    detail: vscode.l10n.t("Stores it in VS Code's secret storage; copy it later with “Copy Stored Secret”"),
    async deliver() {
      await secrets.keep(key.hash);
      return true;
    },
  };
}
