import * as vscode from "vscode";
import type { KeyRef } from "../../openrouter/rotation/record.ts";
import type { AccountSession } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { keyPickItems } from "../keys/pickKey.ts";
import { commandIds } from "../platform/ids.ts";
import { quoted } from "../platform/quoted.ts";
import { reportErrors } from "../platform/registerCommands.ts";
import { replaceInFiles } from "../rotation/files/replaceInFiles.ts";
import { type DeliveryMethod, handOver } from "../secrets/handOver.ts";
import { pickOne } from "../ui/pick.ts";
import { undefinedIfCancelled } from "../ui/undefinedIfCancelled.ts";
import { BACK } from "../ui/wizard.ts";
import type { AgentServices } from "./services.ts";

/** Offers the stored secret of a key that an agent created. If the user ignores it, the key's row still offers it. */
export async function offerSecret(
  { secrets, log }: Pick<AgentServices, "secrets" | "log">,
  session: AccountSession,
  key: KeyRef,
): Promise<void> {
  const t = vscode.l10n.t;
  const [copy, replace] = [t("Copy"), t("Replace in Files…")];
  const created = t("An agent created the key {0}. Its secret is stored in VS Code.", quoted(keyName(key)));
  const chosen = await vscode.window.showInformationMessage(created, copy, replace);
  if (!chosen) return;
  await reportErrors(log, commandIds.handOverSecret, async () => {
    await handOver(secrets, session, key, {
      title: t("The secret of {0}", keyName(key)),
      extraMethods: [replaceOther(session, key)],
      preferred: chosen === copy ? "copied" : "replaced",
    });
  });
}

/** Creates the delivery method that replaces another key in files; it asks the user which key. */
function replaceOther(session: AccountSession, created: KeyRef): DeliveryMethod {
  const t = vscode.l10n.t;
  return {
    kind: "replaced",
    icon: "replace-all",
    label: t("Replace in Files…"),
    detail: t("Replaces another key in the workspace's .env and similar files"),
    async deliver(secret) {
      const items = keyPickItems(session, ({ hash }) => hash !== created.hash);
      const placeholder = t("Select the key that it replaces");
      const old = await pickOne(
        { title: t("Replace in Files…"), account: session, canGoBack: true },
        { items, placeholder },
      ).catch(undefinedIfCancelled);
      return old !== undefined && old !== BACK && replaceInFiles({ old }).deliver(secret, session);
    },
  };
}
