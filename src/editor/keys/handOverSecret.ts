import * as vscode from "vscode";
import { commandIds } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { reportErrors } from "../platform/registerCommands.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { handOver } from "../secrets/handOver.ts";
import type { PendingSecret } from "../secrets/pendingSecret.ts";
import type { PendingSecrets } from "../secrets/pendingSecrets.ts";

/** What handing over a secret works with. */
export interface HandOverServices {
  secrets: PendingSecrets;
  log: Log;
  /** The rotation that a secret belongs to, as the target of its commands. */
  rotationOf(hash: string): { rotation: unknown } | undefined;
}

type NamedKey = Pick<PendingSecret, "hash" | "name">;

/** Hands the secret of a new key over, or says where it waits and offers to do it now. */
export async function handOverNew(services: HandOverServices, key: NamedKey, title: string): Promise<void> {
  if (!(await handOver(services.secrets, key, { title }))) void offer(services, [key]);
}

/** At the start: secrets of new keys that an earlier session did not get to hand over, as far as they are `due`. */
export async function offerPending(services: HandOverServices, due: (held: PendingSecret) => boolean): Promise<void> {
  const { secrets, log } = services;
  await secrets.ready;
  const waiting: PendingSecret[] = [];
  for (const one of secrets.list().filter((each) => each.state === "waiting" && due(each))) {
    if (await secrets.secret(one.hash)) waiting.push(one);
    else {
      // The end came between the note that it waits and its keeping.
      log.warn(`The secret of the key ${one.hash} was lost before it could be kept.`);
      await secrets.discard(one.hash);
    }
  }
  await offer(services, waiting);
}

async function offer(services: HandOverServices, keys: NamedKey[]): Promise<void> {
  for (const key of keys) {
    const now = vscode.l10n.t("Hand Over Now");
    const text = vscode.l10n.t("The secret of {0} still waits in VS Code's secret storage.", safeLabel(key.name));
    if ((await vscode.window.showWarningMessage(text, now)) !== now) continue;
    await reportErrors(services.log, commandIds.handOverSecret, () => handOverPending(services, key));
  }
}

/** Where it belongs to a rotation, that goes on: it has to know that the secret was handed over. */
export async function handOverPending(services: HandOverServices, key: NamedKey): Promise<void> {
  const target = services.rotationOf(key.hash);
  if (target) await vscode.commands.executeCommand(commandIds.continueRotation, target);
  else await handOverNew(services, key, vscode.l10n.t("The secret of {0}", safeLabel(key.name)));
}
