import * as vscode from "vscode";
import type { AccountSessions } from "../data/accountData.ts";
import { describeKey } from "../data/describeKey.ts";
import type { AskedAccount } from "../platform/accountText.ts";
import { commandIds } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { reportErrors } from "../platform/registerCommands.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { handOver } from "../secrets/handOver.ts";
import type { PendingSecret } from "../secrets/pendingSecret.ts";
import type { PendingSecrets } from "../secrets/pendingSecrets.ts";

/** The dependencies of handing over a secret. */
export interface HandOverServices {
  sessions: Pick<AccountSessions, "accountOf">;
  secrets: PendingSecrets;
  log: Log;
  /** The rotation that created a key, as the argument of the rotation commands. */
  rotationOf(hash: string): { rotation: unknown } | undefined;
}

type NamedKey = Pick<PendingSecret, "hash" | "name" | "label">;

/** Hands over the secret of a new key. If the user cancels, shows a notification that offers it again. */
export async function handOverNew(
  services: HandOverServices,
  account: AskedAccount,
  key: NamedKey,
  title: string,
): Promise<void> {
  if (!(await handOver(services.secrets, account, key, { title }))) void offer(services, account, key);
}

/** Offers the pending secrets of earlier sessions that `isDue` accepts. */
export async function offerPending(
  services: HandOverServices,
  isDue: (secret: PendingSecret) => boolean,
): Promise<void> {
  const { secrets, log } = services;
  await secrets.ready;
  const pending: PendingSecret[] = [];
  for (const one of secrets.list().filter((each) => each.state === "waiting" && isDue(each))) {
    if (await secrets.get(one.hash)) pending.push(one);
    else {
      // VS Code ended after the record was written and before the secret was stored.
      log.warn(`The secret of the key ${one.hash} was lost before it could be stored.`);
      await secrets.discard(one.hash);
    }
  }
  for (const one of pending) await offer(services, await services.sessions.accountOf(one.account), one);
}

async function offer(services: HandOverServices, account: AskedAccount, key: NamedKey): Promise<void> {
  const now = vscode.l10n.t("Save Now");
  const text = vscode.l10n.t(
    "The secret of {0} hasn't been saved yet. VS Code stores it in its secret storage.",
    describeKey(undefined, key),
  );
  if ((await vscode.window.showWarningMessage(text, now)) !== now) return;
  await reportErrors(services.log, commandIds.handOverSecret, () => handOverPending(services, account, key));
}

/** Hands over a pending secret. A rotation's secret goes through Continue Rotation, which records the hand-over. */
export async function handOverPending(services: HandOverServices, account: AskedAccount, key: NamedKey): Promise<void> {
  const target = services.rotationOf(key.hash);
  if (target) await vscode.commands.executeCommand(commandIds.continueRotation, target);
  else await handOverNew(services, account, key, vscode.l10n.t("The secret of {0}", safeLabel(key.name)));
}
